import { type BackwardOptions, readBackward } from "./checks/backward.ts";
import { type InferenceOptions, readInference } from "./checks/forward.ts";
import { checkOptions } from "./checks/options.ts";
import { readInput } from "./checks/view.ts";
import { inferenceForward, type InferenceResult, type SavedForBackward } from "./math/forward.ts";
import { type Gradients, gradients } from "./math/gradients.ts";
import type { InnerLoops } from "./math/inner_loops.ts";
import { plainLoops } from "./math/plain_loops.ts";
import type { AffineParameters, FloatArray, RunningStats, Tensor } from "./tensor.ts";

/**
 * Batch norm and batch renorm in inference:
 * `y = weight·(x − runningMean)/√(runningVar + eps) + bias`. Pure: no state moves, and one value
 * per channel is enough.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias` (optional), running statistics: one value per channel.
 * @param options Defaults: eps 1e-5, channels-first.
 * @param loops The loops over the values. Default: plain ones.
 * @returns `y`, and `saved` for the backward.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} When eps is not above 0.
 * @see torch.nn.functional.batch_norm with `training=False`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormInference } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([5]), shape: [1, 1] };
 * const running = { runningMean: new Float32Array([1]), runningVar: new Float32Array([4]) };
 * assert.deepEqual(batchNormInference(x, running, { eps: 1e-12 }).y.data, new Float32Array([2]));
 * ```
 */
export function batchNormInference<A extends FloatArray>(
  x: Tensor<A>,
  parameters: AffineParameters & RunningStats,
  options: InferenceOptions<A> = {},
  loops: InnerLoops = plainLoops,
): InferenceResult<A> {
  const owner = "batchNormInference";
  const settings = checkOptions(owner, options, ["eps", "layout", "mask", "out"]);
  const input = readInput<A>(owner, x, settings.layout);
  return inferenceForward(readInference(owner, input, parameters, settings), loops);
}

/**
 * Backward of {@linkcode batchNormInference}, a fixed affine map of each channel:
 * `dx = weight·invStd·dy`, `dWeight = Σdy·(x − runningMean)·invStd`, `dBias = Σdy`.
 *
 * It is what fine-tuning with frozen batch norm needs.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved.
 * @param options `out` for dx.
 * @param loops The loops over the values. Default: plain ones.
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
  loops: InnerLoops = plainLoops,
): Gradients<A> {
  const step = readBackward("batchNormInferenceBackward", dy, saved, options);
  return gradients({ ...step, isFixed: true }, loops);
}
