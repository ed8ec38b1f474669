import type { Limits } from "@renorm/schedule";
import type { RunningStats } from "../tensor.ts";
import type { Moments } from "./moments.ts";

/** The correction of batch renorm, one r and one d per channel; constants to the gradient. */
export interface RenormCorrection {
  /** Clipped ratio of batch to running standard deviation, float64. */
  readonly r: Float64Array;
  /** Clipped distance of the means in running standard deviations, float64. */
  readonly d: Float64Array;
}

/** r and d toward the running statistics as they are before this batch. */
export function correctionOf(
  { mean, variance, m }: Moments,
  { runningMean, runningVar }: RunningStats,
  { rmax, dmax }: Limits,
  eps: number,
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
