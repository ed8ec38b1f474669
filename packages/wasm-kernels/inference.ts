import * as core from "@renorm/core-math";
import type {
  AffineParameters,
  BackwardOptions,
  FloatArray,
  Gradients,
  InferenceOptions,
  InferenceResult,
  RunningStats,
  SavedForBackward,
  Tensor,
} from "@renorm/core-math";
import { loops } from "./loops.ts";

/**
 * The fixed map of the running statistics: `batchNormInference` of core-math.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias` (optional), running statistics: one value per channel.
 * @param options Defaults: eps 1e-5, channels-first.
 * @returns `y`, and `saved` for the backward.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} When eps is not above 0.
 * @see torch.nn.functional.batch_norm with `training=False`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormInference } from "@renorm/wasm-kernels";
 *
 * const x = { data: new Float32Array([5]), shape: [1, 1] };
 * const running = { runningMean: new Float32Array([1]), runningVar: new Float32Array([4]) };
 * assert.deepEqual(batchNormInference(x, running, { eps: 1e-12 }).y.data, new Float32Array([2]));
 * ```
 */
export function batchNormInference<A extends FloatArray>(
  x: Tensor<A>,
  parameters: AffineParameters & RunningStats,
  options?: InferenceOptions<A>,
): InferenceResult<A> {
  return core.batchNormInference(x, parameters, options, loops);
}

/**
 * Backward of {@linkcode batchNormInference}: `batchNormInferenceBackward` of core-math.
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
 * import { batchNormInference, batchNormInferenceBackward } from "@renorm/wasm-kernels";
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
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.batchNormInferenceBackward(dy, saved, options, loops);
}
