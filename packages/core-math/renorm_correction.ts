import type { Limits } from "@renorm/schedule";
import { checkOptions } from "./checks/options.ts";
import { readMoments, readRunningStats } from "./checks/parameters.ts";
import type { Moments } from "./math/moments.ts";
import { correctionOf, type RenormCorrection } from "./math/renorm_correction.ts";
import type { RunningStats } from "./tensor.ts";

/** Options of {@linkcode renormCorrection}. */
export interface RenormCorrectionOptions extends Partial<Limits> {
  /** Added to both variances, above 0. Default 1e-5. */
  eps?: number;
}

/**
 * Computes the correction of batch renorm for each channel:
 * `r = clamp(√(variance + eps) / √(runningVar + eps), 1/rmax, rmax)` and
 * `d = clamp((mean − runningMean) / √(runningVar + eps), −dmax, dmax)`.
 *
 * Call it before the running statistics take in this batch. Defaults: rmax 3, dmax 5, eps 1e-5.
 *
 * @param batch Moments of this batch.
 * @param running The running statistics before their update.
 * @param options Limits and eps. `Infinity` leaves a limit open.
 * @returns r and d per channel; 1 and 0 for an empty batch (`m = 0`). One with non-finite moments
 * gets a non-finite r or d.
 * @throws {TypeError} When the lengths differ or an option is unknown.
 * @throws {RangeError} When rmax is below 1, dmax below 0 or eps not above 0.
 * @see Ioffe 2017, "Batch Renormalization", Algorithm 1
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { renormCorrection } from "@renorm/core-math";
 *
 * const batch = { mean: new Float64Array([2]), variance: new Float64Array([16]), m: 8 };
 * const running = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
 * const { r, d } = renormCorrection(batch, running, { rmax: 3, dmax: 5 });
 * assert.equal(r[0], 3); // 4 times the running deviation, clipped
 * assert.ok(Math.abs(d[0] - 2) < 1e-4);
 * ```
 */
export function renormCorrection(
  batch: Moments,
  running: RunningStats,
  options: RenormCorrectionOptions = {},
): RenormCorrection {
  const owner = "renormCorrection";
  const { eps = 1e-5, rmax = 3, dmax = 5 } = checkOptions(owner, options, ["eps", "rmax", "dmax"]);
  const moments = readMoments(owner, "batch", batch);
  const stats = readRunningStats(owner, "running", running, moments.mean.length);
  return correctionOf(moments, stats, { rmax, dmax }, eps);
}
