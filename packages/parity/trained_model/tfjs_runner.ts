/** Trains the models that come on standard input on one backend; a JSON line a result. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import type { ParityResult } from "../run_cases.ts";
import type { GoldenModel } from "./golden_model.ts";
import { trainAndCompare } from "./tfjs_training.ts";

const [driver, backend] = Deno.args;
const models: GoldenModel[] = JSON.parse(await new Response(Deno.stdin.readable).text());
if (!await tf.setBackend(backend)) {
  throw new Error(`TensorFlow.js expects an adapter for ${backend}: got none`);
}
for (const golden of models) {
  for (const fused of backend === "webgpu" ? [false, true] : [false]) {
    const target = ["tfjs", backend, ...driver ? [fused ? "fused" : "stock", driver] : []].join(
      " ",
    );
    const row = { name: golden.name, target, layout: "channels-last" as const };
    const result: ParityResult = await trainAndCompare(golden, fused).then(
      (comparison) => ({ ...row, comparison }),
      (error) => ({ ...row, error: error.message }),
    );
    console.log(JSON.stringify(result));
  }
}
Deno.exit(0);
