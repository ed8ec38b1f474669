/**
 * Runs the cases and models that come on standard input on one device of jax-js; a JSON line a
 * result.
 */
import { defaultDevice, type Device, init } from "@jax-js/jax";
import { runCases } from "../run_cases.ts";
import { trainInJax } from "../trained_model/jax_training.ts";
import { createJaxLayer } from "./jax_layer.ts";

const [device, target] = Deno.args as [Device, string];
const { cases, models } = JSON.parse(await new Response(Deno.stdin.readable).text());
if (!(await init(device)).includes(device)) {
  throw new Error(`jax-js expects an adapter for ${device}: got none`);
}
defaultDevice(device);
/** Factor of the tolerance rule for float32: sums are float32 here on every device. */
const factor = 4;
for await (const result of runCases(cases, target, createJaxLayer, factor)) {
  console.log(JSON.stringify(result));
}
for (const golden of models) {
  const row = { name: golden.name, target, layout: "channels-first" as const };
  try {
    console.log(JSON.stringify({ ...row, comparison: await trainInJax(golden) }));
  } catch (error) {
    console.log(JSON.stringify({ ...row, error: (error as Error).message }));
  }
}
// The workers of the wasm backend would keep the process.
Deno.exit(0);
