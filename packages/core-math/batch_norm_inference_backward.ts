import { type BackwardOptions, type Gradients, gradients } from "./math/gradients.ts";
import type { SavedForBackward } from "./math/forward.ts";
import type { FloatArray, Tensor } from "./tensor.ts";

/**
 * Backward of {@linkcode batchNormInference}, a fixed affine map of each channel:
 * `dx = weight·invStd·dy`, `dWeight = Σdy·(x − runningMean)·invStd`, `dBias = Σdy`.
 *
 * It is what fine-tuning with frozen batch norm needs.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved.
 * @param options `out` for dx.
 * @returns The gradients.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormInference, batchNormInferenceBackward } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([5]), shape: [1, 1] };
 * const running = { runningMean: new Float32Array([1]), runningVar: new Float32Array([4]) };
 * const { saved } = batchNormInference(x, running, { eps: 1e-12 });
 * const { dx } = batchNormInferenceBackward({ data: new Float32Array([1]), shape: [1, 1] }, saved);
 * assert.deepEqual(dx.data, new Float32Array([0.5]));
 * ```
 */
export function batchNormInferenceBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForBackward<A>,
  options: BackwardOptions<A> = {},
): Gradients<A> {
  return gradients("batchNormInferenceBackward", dy, saved, options, true);
}
