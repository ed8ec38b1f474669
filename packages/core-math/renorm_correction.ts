import { checkVector, readFields } from "./checks/tensors.ts";
import { checkOptions } from "./checks/options.ts";
import { type Moments, readMoments } from "./moments.ts";

/** How far batch renorm may correct: `r` in `[1/rmax, rmax]` and `d` in `[-dmax, dmax]`. */
export interface Limits {
  /** Largest r, at least 1. 1 switches the scale correction off. */
  readonly rmax: number;
  /** Largest |d|, at least 0, in running standard deviations. 0 switches the shift off. */
  readonly dmax: number;
}

/** The tracked moments of each channel, float32, updated in place. */
export interface RunningStats {
  /** Running mean per channel. */
  readonly runningMean: Float32Array;
  /** Running variance per channel, at least 0. */
  readonly runningVar: Float32Array;
}

/** The correction of batch renorm, one r and one d per channel; constants to the gradient. */
export interface RenormCorrection {
  /** Clipped ratio of batch to running standard deviation, float64. */
  readonly r: Float64Array;
  /** Clipped distance of the means in running standard deviations, float64. */
  readonly d: Float64Array;
}

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
  return correctionOf(moments, stats, { eps, rmax, dmax });
}

/** The same for values that were checked. */
export function correctionOf(
  { mean, variance, m }: Moments,
  { runningMean, runningVar }: RunningStats,
  { eps, rmax, dmax }: Required<RenormCorrectionOptions>,
): RenormCorrection {
  if (m === 0) return { r: mean.map(() => 1), d: mean.map(() => 0) };
  const std = (value: number) => Math.sqrt(value + eps);
  return {
    r: variance.map((value, c) => clamp(std(value) / std(runningVar[c]), 1 / rmax, rmax)),
    d: mean.map((value, c) => clamp((value - runningMean[c]) / std(runningVar[c]), -dmax, dmax)),
  };
}

function clamp(value: number, low: number, high: number): number {
  // Adding 0 turns −0 into 0, so that dmax = 0 is exactly no shift.
  return Math.min(Math.max(value, low), high) + 0;
}

/** Running statistics read once: both are there, with one value per channel. */
export function readRunningStats(
  owner: string,
  name: string,
  given: unknown,
  channels: number,
): RunningStats {
  const { runningMean, runningVar } = readFields(owner, name, given, [
    "runningMean",
    "runningVar",
  ]);
  checkVector(owner, "runningMean", runningMean, channels);
  checkVector(owner, "runningVar", runningVar, channels);
  return { runningMean, runningVar } as RunningStats;
}
