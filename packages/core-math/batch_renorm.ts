import type { Limits } from "@renorm/schedule";
import { type BackwardOptions, readBackward } from "./checks/backward.ts";
import { readTraining, trainingOptionNames, type TrainingOptions } from "./checks/forward.ts";
import { checkOptions } from "./checks/options.ts";
import { readInput } from "./checks/view.ts";
import {
  type SavedForRenormBackward,
  trainingForward,
  type TrainingResult,
} from "./math/forward.ts";
import { type Gradients, gradients } from "./math/gradients.ts";
import type { InnerLoops } from "./math/inner_loops.ts";
import { plainLoops } from "./math/plain_loops.ts";
import type { AffineParameters, FloatArray, RunningStats, Tensor } from "./tensor.ts";

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
 * @param loops The loops over the values. Default: plain ones.
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
  loops: InnerLoops = plainLoops,
): TrainingResult<SavedForRenormBackward<A>, A> {
  const owner = "batchRenormForward";
  const settings = checkOptions(owner, options, [...trainingOptionNames, "rmax", "dmax"]);
  const input = readInput<A>(owner, x, settings.layout);
  const { rmax = 3, dmax = 5 } = settings;
  const step = readTraining(owner, input, parameters, settings, { rmax, dmax });
  // With limits there is always a correction.
  return trainingForward(step, loops) as TrainingResult<SavedForRenormBackward<A>, A>;
}

/**
 * Backward of {@linkcode batchRenormForward}. r and d are constants to the gradient. With
 * `z = (x − mean)·invStd`, `S0 = Σdy` and `S1 = Σdy·z` a channel:
 * `dx = weight·r·invStd·(dy − S0/m − z·S1/m)`, `dWeight = r·S1 + d·S0`, `dBias = S0`.
 *
 * Nothing is recomputed from the running statistics, which have moved since.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved; x and weight must still hold what they held then.
 * @param options `out` for dx.
 * @param loops The loops over the values. Default: plain ones.
 * @returns The gradients. For an empty batch dx is empty and the others are zero.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 * @see Ioffe 2017, "Batch Renormalization", section 3
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchRenormBackward, batchRenormForward } from "@renorm/core-math";
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
  options: BackwardOptions<A> = {},
  loops: InnerLoops = plainLoops,
): Gradients<A> {
  return gradients(readBackward("batchRenormBackward", dy, saved, options), loops);
}
