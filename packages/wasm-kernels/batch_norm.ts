import * as core from "@renorm/core-math";
import type {
  AffineParameters,
  BackwardOptions,
  FloatArray,
  Gradients,
  RunningStats,
  SavedForBackward,
  Tensor,
  TrainingOptions,
  TrainingResult,
} from "@renorm/core-math";
import { loops } from "./loops.ts";

/**
 * Batch norm in training: `batchNormForward` of core-math, with its formula, options and errors.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias`, `runningMean`, `runningVar`: one value per channel, optional;
 * the running statistics come together and are written.
 * @param options Defaults: eps 1e-5, momentum 0.1, channels-first, unbiased, skip, update.
 * @returns `y`, `saved` for {@linkcode batchNormBackward}, and the number of skipped channels.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} For option values out of range, for one value per channel, and for a channel
 * that is not finite under `onNonFinite: "throw"`. Nothing has changed then.
 * @see torch.nn.functional.batch_norm with `training=True`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormForward } from "@renorm/wasm-kernels";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const running = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
 * const { y } = batchNormForward(x, running, { eps: 1e-12 });
 * assert.deepEqual(y.data, new Float32Array([-1, 1]));
 * assert.equal(running.runningMean[0], Math.fround(0.2));
 * ```
 */
export function batchNormForward<A extends FloatArray>(
  x: Tensor<A>,
  parameters?: AffineParameters & Partial<RunningStats>,
  options?: TrainingOptions<A>,
): TrainingResult<SavedForBackward<A>, A> {
  return core.batchNormForward(x, parameters, options, loops);
}

/**
 * Backward of {@linkcode batchNormForward}: `batchNormBackward` of core-math.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved; x and weight must still hold what they held then.
 * @param options `out` for dx.
 * @returns The gradients. For an empty batch dx is empty and the others are zero.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 * @see Ioffe and Szegedy 2015, "Batch Normalization", section 3
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormBackward, batchNormForward } from "@renorm/wasm-kernels";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const bias = new Float32Array([0]);
 * const { y, saved } = batchNormForward(x, { bias });
 * const dy = { data: new Float32Array([1, 1]), shape: y.shape };
 * const { dx, dBias } = batchNormBackward(dy, saved);
 * // Adding the same to every y cannot be reached through x: the mean takes it off again.
 * assert.deepEqual(dx.data, new Float32Array([0, 0]));
 * assert.deepEqual(dBias, new Float32Array([2]));
 * ```
 */
export function batchNormBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForBackward<A>,
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.batchNormBackward(dy, saved, options, loops);
}
