/** Trains golden models on one backend of TensorFlow.js. Runs in any runtime. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import type { ParityResult } from "../run_cases.ts";
import type { GoldenModel } from "./golden_model.ts";
import { trainAndCompare } from "./tfjs_training.ts";

/**
 * Trains each model; on webgpu and cpu with stock operations and with our kernels.
 *
 * @param place Where this runs, for the names of the results.
 * @throws {Error} When the backend is not to be had.
 */
export async function* runModels(
  models: readonly GoldenModel[],
  backend: string,
  place: string,
): AsyncIterable<ParityResult> {
  if (!await tf.setBackend(backend)) {
    throw new Error(`TensorFlow.js expects an adapter for ${backend}: got none`);
  }
  const ways = backend === "webgl" ? [""] : ["stock", "fused"];
  for (const golden of models) {
    for (const way of ways) {
      const target = ["tfjs", backend, way, place].filter(Boolean).join(" ");
      const row = { name: golden.name, target, layout: "channels-last" as const };
      try {
        yield { ...row, comparison: await trainAndCompare(golden, way === "fused") };
      } catch (error) {
        yield { ...row, error: error instanceof Error ? error.message : String(error) };
      }
    }
  }
}
