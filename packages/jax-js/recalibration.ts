/** Running statistics measured afresh: the moments of batches are pooled, then become a state. */
import type { RunningVariance } from "@renorm/core-math";
import { checkOption, checkOptions } from "@renorm/core-math/checks";
import { batchMoments } from "./batch_moments.ts";
import { computedDtype, stored, valuesPerChannel } from "./channels.ts";
import { checkInput, checkReferences, readPooled, readState } from "./check_arrays.ts";
import type { InferenceOptions } from "./inference.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import type { NormState, PooledStats } from "./parameters.ts";
import { updateRunningStats } from "./running_stats.ts";
import { runsOf } from "./runs.ts";

/** Options of `accumulateStats`. */
export type AccumulateOptions = Pick<InferenceOptions, "layout">;

/** Options of `finishStats`. */
export interface FinishOptions {
  /**
   * The variance that is tracked. Default `"unbiased"`, as `batchNorm`; `batchRenorm` has biased.
   */
  runningVariance?: RunningVariance;
}

/** No values yet. */
export function initialStats({ numpy: np }: JaxJs, numFeatures: number): PooledStats {
  checkOption("initialStats", "numFeatures", numFeatures);
  return {
    mean: np.zeros([numFeatures]),
    meanRest: np.zeros([numFeatures]),
    variance: np.zeros([numFeatures]),
    m: np.array(0, { dtype: np.int32 }),
  };
}

/** Takes a batch in. Consumes the arrays, unless it throws. */
export type Accumulate = (
  x: JaxArray,
  stats: PooledStats,
  options?: AccumulateOptions,
) => PooledStats;

/** {@linkcode Accumulate} with its checks, under `jit`. */
export function compileAccumulate(jax: JaxJs): Accumulate {
  type Fixed = { device: ReturnType<JaxJs["defaultDevice"]>; axis: number };
  const compiled = jax.jit(
    (x: JaxArray, stats: PooledStats, { axis }: Fixed) => accumulate(jax, x, stats, axis),
    { staticArgnums: [2] },
  );
  return (x, given, options = {}) => {
    const owner = "accumulateStats";
    const { layout = "channels-first" } = checkOptions(owner, options, ["layout"]);
    const { axis, channels, m } = checkInput(owner, x, layout);
    const stats = readPooled(owner, given, channels);
    checkReferences(owner, x, stats);
    if (m > 0) return compiled(x, stats, { device: jax.defaultDevice(), axis });
    x.dispose();
    const same = jax.lax.stopGradient;
    const { mean, meanRest, variance, m: before } = stats;
    return {
      mean: same(mean),
      meanRest: same(meanRest),
      variance: same(variance),
      m: same(before),
    };
  };
}

/**
 * Of two parts with the weights 1 − w and w: `mean = a.mean + w·δ` and
 * `variance = a.variance + w·(b.variance − a.variance) + w·(1 − w)·δ²` (Chan).
 */
function accumulate(jax: JaxJs, x: JaxArray, stats: PooledStats, axis: number): PooledStats {
  const { lax, numpy: np } = jax;
  const channels = { shape: x.shape, axis };
  const dtype = computedDtype(jax, x);
  const { centred, drift, mean, variance, unit } = batchMoments(
    jax,
    lax.stopGradient(x),
    channels,
    runsOf(channels),
    null,
  );
  [centred, drift].forEach((array) => array.dispose());
  const batchVariance = variance.mul(unit.ref).mul(unit).astype(np.float32);
  const m = valuesPerChannel(channels);
  const total = stats.m.add(np.array(m, { dtype: stats.m.dtype }));
  const share = np.array(m, { dtype }).astype(np.float32).div(total.ref.astype(np.float32));
  const rest = np.array(1, { dtype: np.float32 }).sub(share.ref);
  const near = mean.near.sub(stats.mean.ref.astype(dtype)).astype(np.float32);
  const delta = near.add(mean.rest.astype(np.float32)).sub(stats.meanRest.ref);
  const between = np.square(delta.ref).mul(share.ref).mul(rest);
  const within = batchVariance.sub(stats.variance.ref).mul(share.ref);
  const step = stats.meanRest.add(delta.mul(share));
  const next = stored(jax, stats.mean.ref.add(step.ref));
  return {
    mean: next.ref,
    meanRest: step.sub(next.sub(stats.mean)),
    variance: stats.variance.add(within).add(between),
    m: total,
  };
}

/** Makes pooled statistics those of a state. Consumes the arrays, unless it throws. */
export type Finish = (stats: PooledStats, state: NormState, options?: FinishOptions) => NormState;

/** {@linkcode Finish} with its checks, under `jit`. */
export function compileFinish(jax: JaxJs): Finish {
  type Fixed = { device: ReturnType<JaxJs["defaultDevice"]>; isUnbiased: boolean };
  const compiled = jax.jit(
    (stats: PooledStats, state: NormState, { isUnbiased }: Fixed) =>
      finish(jax, stats, state, isUnbiased),
    { staticArgnums: [2] },
  );
  return (given, givenState, options = {}) => {
    const owner = "finishStats";
    const { runningVariance = "unbiased" } = checkOptions(owner, options, ["runningVariance"]);
    const stats = readPooled(owner, given);
    const state = readState(owner, givenState, stats.mean.shape[0]);
    checkReferences(owner, stats, state);
    const isUnbiased = runningVariance === "unbiased";
    return compiled(stats, state, { device: jax.defaultDevice(), isUnbiased });
  };
}

function finish(
  jax: JaxJs,
  { mean, meanRest, variance, m }: PooledStats,
  state: NormState,
  isUnbiased: boolean,
): NormState {
  const { lax, numpy: np } = jax;
  const number = (value: number) => np.array(value, { dtype: np.float32 });
  const count = m.astype(np.float32);
  const tracked = isUnbiased ? variance.mul(count.ref.div(count.ref.sub(1))) : variance;
  // Of one value there is no variance, of none no mean.
  const isEnough = count.greater(1);
  const weights = {
    old: np.where(isEnough.ref, number(0), number(1)),
    fresh: np.where(isEnough, number(1), number(0)),
  };
  const batch = { mean: mean.add(meanRest), variance: tracked };
  const step = lax.stopGradient(state.numBatchesTracked);
  return updateRunningStats(jax, state, batch, weights, step, null);
}
