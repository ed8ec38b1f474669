import { checkOptions } from "./checks/options.ts";
import {
  type SavedForRenormBackward,
  trainingForward,
  trainingOptionNames,
  type TrainingOptions,
  type TrainingResult,
} from "./math/forward.ts";
import { readInput } from "./channel_view.ts";
import type { AffineParameters } from "./normalize.ts";
import type { Limits, RunningStats } from "./renorm_correction.ts";
import type { FloatArray, Tensor } from "./tensor.ts";

/** Options of {@linkcode batchRenormForward}: those of batch norm, and the limits of this step. */
export interface RenormTrainingOptions<A extends FloatArray = Float32Array>
  extends TrainingOptions<A>, Partial<Limits> {}

/**
 * Batch renorm in training: with `z = (x − mean)/√(variance + eps)` of this batch,
 * `y = weight·(z·r + d) + bias`, where r and d correct toward the running statistics as they are
 * before this batch; then `running += momentum·(batch − running)` in place.
 *
 * `rmax = 1, dmax = 0` is batch norm bit for bit. With open limits y is what inference would give.
 * It tracks the biased variance. An empty batch gives an empty result and touches nothing.
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
 * import { batchRenormForward } from "@renorm/core-math";
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
  options: RenormTrainingOptions<A> = {},
): TrainingResult<SavedForRenormBackward<A>, A> {
  const owner = "batchRenormForward";
  const settings = checkOptions(owner, options, [...trainingOptionNames, "rmax", "dmax"]);
  const input = readInput<A>(owner, x, settings.layout);
  const { rmax = 3, dmax = 5 } = settings;
  const result = trainingForward(owner, input, parameters, settings, { rmax, dmax });
  // With limits there is always a correction.
  return result as TrainingResult<SavedForRenormBackward<A>, A>;
}
