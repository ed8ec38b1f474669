import { expects, readFields } from "@renorm/schedule/checks";
import { readList } from "./checks/list.ts";
import { checkOption, checkOptions } from "./checks/options.ts";
import { readCount, readStatistics } from "./checks/state_values.ts";
import type { LoadableStateDict } from "./layers/state_dict.ts";
import { merged } from "./math/merge_moments.ts";
import type { Moments } from "./math/moments.ts";
import type { RunningVariance } from "./math/update_running_stats.ts";

/** The statistics of one model, client or worker, and how much they rest on. */
export interface RunningStatsPart {
  /** A layer's state; `running_mean`, `running_var` and the counters are read of it. */
  readonly state: LoadableStateDict;
  /**
   * Values per channel behind the statistics, an integer of at least 0: samples · height · width
   * for images. Under `"biased"` only the proportions count, so that samples will do.
   */
  readonly samples: number;
}

/** Options of {@linkcode mergeRunningStats}. */
export interface MergeRunningStatsOptions {
  /**
   * Which variance the states hold, and the result: `"unbiased"`, as PyTorch's batch norm tracks
   * it, or `"biased"`, as batch renorm, Keras and TensorFlow.js do. Default `"unbiased"`.
   */
  runningVariance?: RunningVariance;
}

/** Pooled statistics under the keys of a state dict, float64. */
export interface MergedRunningStats {
  /** Mean of all values per channel. */
  running_mean: Float64Array;
  /** Variance of all values per channel. */
  running_var: Float64Array;
  /** The most training forwards of any part; absent where no part counts them. */
  num_batches_tracked?: number;
  /** The furthest step of the limits' schedule, only where it differs from the count above. */
  renorm_step?: number;
}

/**
 * Pools the running statistics of several models by the law of total variance: with
 * `w_i = samples_i / Σ samples`, `mean = Σ w_i·mean_i` and
 * `variance = Σ w_i·(variance_i + (mean_i − mean)²)`. Unbiased variances are brought to biased ones
 * by `(n − 1)/n` first, and the result back by `N/(N − 1)`.
 *
 * It is associative and does not depend on the order. The average of the variances alone, which
 * federated averaging takes, forgets the spread between the clients' means. A part without samples
 * counts nothing. Weights and biases are not statistics: average those yourself.
 *
 * @param parts The states, each with its samples; at least one part has some.
 * @param options Which variance it is.
 * @returns The statistics; `loadStateDict({ ...layer.stateDict(), ...merged })` takes them.
 * @throws {TypeError} For malformed parts and states of other lengths.
 * @throws {RangeError} For statistics that are not finite, a negative variance, samples that are no
 * count, and no samples at all.
 * @see Chan, Golub, LeVeque 1979, for the formula of two parts
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeRunningStats } from "@renorm/core-math";
 *
 * // Two clients that each saw one class: the spread within is 1, that between them 9.
 * const client = (mean: number, samples: number) => ({
 *   state: { running_mean: [mean], running_var: [1] },
 *   samples,
 * });
 * const merged = mergeRunningStats([client(-3, 50), client(3, 50)], { runningVariance: "biased" });
 * assert.deepEqual(merged.running_mean, Float64Array.of(0));
 * assert.deepEqual(merged.running_var, Float64Array.of(10));
 * ```
 */
export function mergeRunningStats(
  parts: readonly RunningStatsPart[],
  options: MergeRunningStatsOptions = {},
): MergedRunningStats {
  const owner = "mergeRunningStats";
  const { runningVariance = "unbiased" } = checkOptions(owner, options, ["runningVariance"]);
  const filled = readParts(owner, parts);
  if (filled.length === 0) {
    throw new RangeError(expects(owner, "samples in at least one part", "0"));
  }
  const counts = countsOf(filled.map(({ counters }) => counters));
  const [{ moments: first }] = filled;
  // Alone they are what they were; of one value there is no unbiased variance to go through.
  if (filled.length === 1) {
    return { running_mean: first.mean, running_var: first.variance, ...counts };
  }
  const isUnbiased = runningVariance === "unbiased";
  const whole = filled.map(({ moments }): Moments => {
    const share = isUnbiased ? (moments.m - 1) / moments.m : 1;
    return { ...moments, variance: moments.variance.map((value) => value * share) };
  }).reduce(merged);
  const back = isUnbiased ? whole.m / (whole.m - 1) : 1;
  const running_var = whole.variance.map((value) => value * back);
  return { running_mean: whole.mean, running_var, ...counts };
}

interface Counters {
  readonly tracked: number | undefined;
  readonly step: number | undefined;
}

interface ReadPart {
  /** With the variance as the state has it. */
  readonly moments: Moments;
  readonly counters: Counters;
}

/** Those that have samples: what a part without any holds is not looked at. */
function readParts(owner: string, given: unknown): ReadPart[] {
  let channels: number | undefined;
  const parts = readList(owner, "parts to be an array of { state, samples }", given);
  return parts.flatMap((part, i) => {
    const { state, samples } = readFields(owner, `parts[${i}]`, part, ["state", "samples"]);
    checkOption(owner, "samples", samples);
    if (samples === 0) return [];
    const what = `parts[${i}].state`;
    const names = ["running_mean", "running_var", "num_batches_tracked", "renorm_step"] as const;
    const fields = readFields(owner, what, state, names);
    const mean = readStatistics(
      owner,
      `${what}.running_mean`,
      fields.running_mean,
      channels,
      false,
    );
    channels = mean.length;
    const varianceName = `${what}.running_var`;
    const variance = readStatistics(owner, varianceName, fields.running_var, channels, true);
    const tracked = readCount(owner, "num_batches_tracked", fields.num_batches_tracked);
    const step = readCount(owner, "renorm_step", fields.renorm_step) ?? tracked;
    return { moments: { mean, variance, m: samples as number }, counters: { tracked, step } };
  });
}

/**
 * The furthest of the counters: a model that was averaged has seen as many steps, not their sum.
 */
function countsOf(
  all: readonly Counters[],
): Pick<MergedRunningStats, "num_batches_tracked" | "renorm_step"> {
  const most = (name: keyof Counters) => {
    const counts = all.map((counters) => counters[name]).filter((count) => count !== undefined);
    return counts.length > 0 ? Math.max(...counts) : undefined;
  };
  const [tracked, step] = [most("tracked"), most("step")];
  return {
    ...tracked !== undefined && { num_batches_tracked: tracked },
    ...step !== undefined && step !== tracked && { renorm_step: step },
  };
}
