import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { assertMaskedSteps } from "./testing/masked_steps.ts";

await tf.setBackend("webgpu");
await tf.ready();

for (const isRenorm of [true, false]) {
  const name = isRenorm ? "batch renorm" : "batch norm";
  Deno.test(`${name} under a mask has the y, gradients and averages of core-math on webgpu`, () =>
    assertMaskedSteps(isRenorm));
}
