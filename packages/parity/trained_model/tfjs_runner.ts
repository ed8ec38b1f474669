/** Trains the models that come on standard input on one backend; a JSON line a result. */
import { runModels } from "./run_models.ts";

const [place, backend] = Deno.args;
const models = JSON.parse(await new Response(Deno.stdin.readable).text());
for await (const result of runModels(models, backend, place)) console.log(JSON.stringify(result));
Deno.exit(0);
