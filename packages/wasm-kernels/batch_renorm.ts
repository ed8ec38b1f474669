import * as core from "@renorm/core-math";
import type {
  AffineParameters,
  BackwardOptions,
  FloatArray,
  Gradients,
  RenormTrainingOptions,
  RunningStats,
  SavedForRenormBackward,
  Tensor,
  TrainingResult,
} from "@renorm/core-math";
import { loops } from "./loops.ts";

/**
 * Batch renorm in training: `batchRenormForward` of core-math, with its formula, options and
 * errors.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias` (optional), running statistics: one value per channel; the
 * running statistics are written.
 * @param options Defaults: rmax 3, dmax 5, eps 1e-5, momentum 0.1, channels-first, biased, skip,
 * update.
 * @returns `y`, `saved` for {@linkcode batchRenormBackward}, and the number of skipped channels.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} For option values out of range, for one value per channel, and for a channel
 * that is not finite under `onNonFinite: "throw"`. Nothing has changed then.
 * @see Ioffe 2017, "Batch Renormalization", Algorithm 1
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchRenormForward } from "@renorm/wasm-kernels";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const running = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
 * const { y } = batchRenormForward(x, running, { rmax: 3, dmax: 5, eps: 1e-12 });
 * // The running statistics say mean 0 and deviation 1, so the batch passes as it is.
 * assert.deepEqual(y.data, new Float32Array([1, 3]));
 * ```
 */
export function batchRenormForward<A extends FloatArray>(
  x: Tensor<A>,
  parameters: AffineParameters & RunningStats,
  options?: RenormTrainingOptions<A>,
): TrainingResult<SavedForRenormBackward<A>, A> {
  return core.batchRenormForward(x, parameters, options, loops);
}

/**
 * Backward of {@linkcode batchRenormForward}: `batchRenormBackward` of core-math.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved; x and weight must still hold what they held then.
 * @param options `out` for dx.
 * @returns The gradients. For an empty batch dx is empty and the others are zero.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 * @see Ioffe 2017, "Batch Renormalization", section 3
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchRenormBackward, batchRenormForward } from "@renorm/wasm-kernels";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const weight = new Float32Array([1]);
 * const running = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
 * const { y, saved } = batchRenormForward(x, { weight, ...running }, { eps: 1e-12 });
 * const dy = { data: new Float32Array([0, 1]), shape: y.shape };
 * // z is [-1, 1], r is 1 and d is 2, so dWeight = 1 · 1 + 2 · 1.
 * assert.deepEqual(batchRenormBackward(dy, saved).dWeight, new Float32Array([3]));
 * ```
 */
export function batchRenormBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForRenormBackward<A>,
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.batchRenormBackward(dy, saved, options, loops);
}
