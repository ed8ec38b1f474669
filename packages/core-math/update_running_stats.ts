import { expects } from "@renorm/schedule/checks";
import { checkOptions } from "./checks/options.ts";
import { checkFinite, readMoments, readRunningStats } from "./checks/parameters.ts";
import type { Moments } from "./math/moments.ts";
import {
  moveRunningStats,
  type OnNonFinite,
  type RunningVariance,
  trackedVariance,
} from "./math/update_running_stats.ts";
import type { RunningStats } from "./tensor.ts";

/** Options of {@linkcode updateRunningStats}. */
export interface UpdateRunningStatsOptions {
  /** Weight of the new batch, in `[0, 1]`. Default 0.1. Keras' 0.99 is 0.01 here. */
  momentum?: number;
  /** The variance that is tracked. Default `"unbiased"`, as PyTorch's batch norm. */
  runningVariance?: RunningVariance;
  /** What a non-finite channel does. Default `"skip"`. */
  onNonFinite?: OnNonFinite;
}

/**
 * Moves the running statistics toward the batch, in place:
 * `running = (1 − momentum)·running + momentum·batch`, in float64 and rounded once.
 *
 * A channel whose batch equals its running statistics stays exactly where it is, and momentum 1
 * gives the batch's values exactly. An empty batch (`m = 0`) changes nothing.
 *
 * @param running The running statistics; written.
 * @param batch Moments of this batch.
 * @param options Momentum, estimator and the treatment of non-finite channels.
 * @returns The number of channels that were skipped because their statistics were not finite.
 * @throws {RangeError} When `m` is no count or a variance is below 0, when momentum is outside
 * `[0, 1]`, an option has an unknown value, or a channel is not finite under
 * `onNonFinite: "throw"`; nothing has changed then.
 * @throws {TypeError} When lengths differ or an option is unknown.
 * @see torch.nn.functional.batch_norm (unbiased); Ioffe 2017, Algorithm 1 (biased)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { updateRunningStats } from "@renorm/core-math";
 *
 * const running = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
 * const batch = { mean: new Float64Array([8]), variance: new Float64Array([3]), m: 4 };
 * updateRunningStats(running, batch, { momentum: 0.5 });
 * assert.equal(running.runningMean[0], 4);
 * assert.equal(running.runningVar[0], 2.5); // 3 · 4/3 = 4 is the unbiased variance
 * ```
 */
export function updateRunningStats(
  running: RunningStats,
  batch: Moments,
  options: UpdateRunningStatsOptions = {},
): number {
  const owner = "updateRunningStats";
  const { momentum = 0.1, runningVariance = "unbiased", onNonFinite = "skip" } = checkOptions(
    owner,
    options,
    ["momentum", "runningVariance", "onNonFinite"],
  );
  const moments = readMoments(owner, "batch", batch);
  const stats = readRunningStats(owner, "running", running, moments.mean.length);
  if (moments.m === 0) return 0;
  if (moments.m === 1 && runningVariance === "unbiased") {
    throw new RangeError(expects(owner, "m above 1 for an unbiased variance", "m = 1"));
  }
  const tracked = trackedVariance(moments, runningVariance);
  if (onNonFinite === "throw") checkFinite(owner, moments, tracked);
  return moveRunningStats(stats, moments, tracked, momentum, onNonFinite === "skip");
}
