import type { Limits } from "@renorm/schedule";
import type { FloatArray, RunningStats } from "../tensor.ts";
import type { ChannelRange } from "./inner_loops.ts";
import type { Moments } from "./moments.ts";

/** The correction of batch renorm, one r and one d per channel; constants to the gradient. */
export interface RenormCorrection {
  /** Clipped ratio of batch to running standard deviation, float64. */
  readonly r: Float64Array;
  /** Clipped distance of the means in running standard deviations, float64. */
  readonly d: Float64Array;
}

/** Running statistics in any array. */
export type Statistics = Readonly<Record<keyof RunningStats, FloatArray>>;

/** r and d toward the running statistics as they are before this batch. */
export function correctionOf(
  batch: Moments,
  running: Statistics,
  limits: Limits,
  eps: number,
): RenormCorrection {
  const correction = emptyCorrection(batch);
  setCorrection(correction, batch, running, limits, eps, { from: 0, to: batch.mean.length });
  return correction;
}

/** A correction that is still to be set. */
export function emptyCorrection({ mean }: Pick<Moments, "mean">): RenormCorrection {
  return { r: new Float64Array(mean.length), d: new Float64Array(mean.length) };
}

/** The same as {@linkcode correctionOf} for some channels. */
export function setCorrection(
  { r, d }: RenormCorrection,
  { mean, variance, m }: Moments,
  { runningMean, runningVar }: Statistics,
  { rmax, dmax }: Limits,
  eps: number,
  { from, to }: ChannelRange,
): void {
  for (let c = from; c < to; c++) {
    const runningStd = Math.sqrt(runningVar[c] + eps);
    // An empty batch has nothing to correct.
    r[c] = m === 0 ? 1 : clamp(Math.sqrt(variance[c] + eps) / runningStd, 1 / rmax, rmax);
    d[c] = m === 0 ? 0 : clamp((mean[c] - runningMean[c]) / runningStd, -dmax, dmax);
  }
}

function clamp(value: number, low: number, high: number): number {
  // Adding 0 turns −0 into 0, so that dmax = 0 is exactly no shift.
  return Math.min(Math.max(value, low), high) + 0;
}
