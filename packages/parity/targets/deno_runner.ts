/** Runs the cases that come on standard input on this process's adapter; a JSON line a result. */
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { runOnDevice } from "./run_on_device.ts";

const cases = JSON.parse(await new Response(Deno.stdin.readable).text());
const device = await requestTestDevice(navigator.gpu);
for await (const result of runOnDevice(cases, Deno.args[0], device)) {
  console.log(JSON.stringify(result));
}
