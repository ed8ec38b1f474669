import type { RunningStats } from "../tensor.ts";
import type { Moments } from "./moments.ts";

/** Which estimate of the variance is tracked: divided by `m`, or by `m − 1` (Bessel). */
export type RunningVariance = "biased" | "unbiased";

/**
 * What to do with a channel whose batch statistics are NaN or infinite in float32: leave its
 * running statistics as they are, throw before anything changes, or let them take the value.
 */
export type OnNonFinite = "skip" | "throw" | "propagate";

/**
 * What training does where a channel has a single value, and so no variance of its own: throw, as
 * PyTorch does, or normalise it by the running statistics and move nothing.
 */
export type OnSingleValue = "throw" | "running";

/** Moves the statistics toward the mean and `tracked`; gives the number of channels skipped. */
export function moveRunningStats(
  { runningMean, runningVar }: RunningStats,
  { mean }: Pick<Moments, "mean">,
  tracked: Float64Array,
  momentum: number,
  skips: boolean,
): number {
  let skipped = 0;
  for (let c = 0; c < mean.length; c++) {
    if (skips && !isFiniteInFloat32(mean[c], tracked[c])) {
      skipped++;
      continue;
    }
    runningMean[c] = moved(runningMean[c], mean[c], momentum);
    runningVar[c] = moved(runningVar[c], tracked[c], momentum);
  }
  return skipped;
}

/**
 * `(1 − momentum)·old + momentum·batch`, counted from the nearer end: a step away from a large old
 * value would leave some of its digits behind in a small new one.
 */
function moved(old: number, batch: number, momentum: number): number {
  const step = batch - old;
  return momentum > 0.5 ? batch - (1 - momentum) * step : old + momentum * step;
}

/** The variance of a batch as it is tracked. */
export function trackedVariance(
  { variance, m }: Pick<Moments, "variance" | "m">,
  runningVariance: RunningVariance,
): Float64Array {
  return runningVariance === "unbiased" ? variance.map((value) => value * (m / (m - 1))) : variance;
}

/** Whether both are finite once they are stored. */
export function isFiniteInFloat32(mean: number, variance: number): boolean {
  // The sum of two float32 is finite in float64 exactly where both are.
  return Number.isFinite(Math.fround(mean) + Math.fround(variance));
}
