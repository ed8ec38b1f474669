/** Running statistics measured afresh: the moments of batches are pooled, then become a state. */
import type { RunningVariance } from "@renorm/core-math";
import { checkOption, checkOptions } from "@renorm/core-math/checks";
import { batchMoments } from "./batch_moments.ts";
import { computedDtype, stored, valuesPerChannel } from "./channels.ts";
import { checkInput, checkReferences, readMask, readPooled, readState } from "./check_arrays.ts";
import { emptyResult, type InferenceOptions } from "./inference.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { type MaskArray, maskInRuns } from "./masks.ts";
import type { NormState, PooledStats } from "./parameters.ts";
import { updateRunningStats } from "./running_stats.ts";
import { runsOf } from "./runs.ts";

/** Options of `accumulateStats`. */
export type AccumulateOptions = Pick<InferenceOptions, "layout" | "mask">;

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
  const vector = () => np.zeros([numFeatures]);
  return {
    ...{ mean: vector(), meanRest: vector() },
    ...{ variance: vector(), varianceRest: vector() },
    ...{ m: np.zeros([]), mRest: np.zeros([]) },
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
    (x: JaxArray, stats: PooledStats, masks: MaskArray, { axis }: Fixed) =>
      accumulate(jax, x, stats, masks, axis),
    { staticArgnums: [3] },
  );
  return (x, given, options = {}) => {
    const owner = "accumulateStats";
    const settings = checkOptions(owner, options, ["layout", "mask"]);
    const { layout = "channels-first" } = settings;
    const { axis, channels, m } = checkInput(owner, x, layout);
    const stats = readPooled(owner, given, channels);
    const masks = readMask(owner, settings.mask, x, axis);
    checkReferences(owner, x, stats, masks);
    if (m > 0) return compiled(x, stats, masks, { device: jax.defaultDevice(), axis });
    emptyResult(jax, x, masks).dispose();
    const same = Object.entries(stats).map(([name, array]) => [name, jax.lax.stopGradient(array)]);
    return Object.fromEntries(same) as PooledStats;
  };
}

/**
 * Of two parts with the weights 1 − w and w: `mean = a.mean + w·δ` and
 * `variance = a.variance + w·(b.variance − a.variance) + w·(1 − w)·δ²` (Chan).
 */
function accumulate(
  jax: JaxJs,
  x: JaxArray,
  stats: PooledStats,
  masks: MaskArray,
  axis: number,
): PooledStats {
  const { lax, numpy: np } = jax;
  const channels = { shape: x.shape, axis };
  const runs = runsOf(channels);
  const number = (value: number) => np.array(value, { dtype: np.float32 });
  const mask = masks.mask ? maskInRuns(jax, masks.mask, runs, computedDtype(jax, x)) : null;
  const { centred, everywhere, drift, mean, variance, unit } = batchMoments(
    jax,
    lax.stopGradient(x),
    channels,
    runs,
    mask,
  );
  const count = mask ? mask.m.ref.astype(np.float32) : number(valuesPerChannel(channels));
  const [m, mRest] = addedInParts(jax, stats.m.ref, stats.mRest, count.ref);
  const total = np.maximum(m.ref, number(1));
  const share = count.div(total.ref);
  // Not 1 − share, which has few digits where a large batch follows a small one.
  const other = stats.m.div(total);
  // In two parts: of a first batch one float32 would have no digits of the rest.
  const near = mean.near.sub(stats.mean.ref).astype(np.float32);
  const rest = mean.rest.sub(stats.meanRest.ref).astype(np.float32);
  const delta = near.ref.add(rest.ref);
  const between = np.square(delta).mul(share.ref).mul(other);
  const within = variance.mul(unit.ref).mul(unit).astype(np.float32)
    .sub(stats.variance.ref).sub(stats.varianceRest.ref).mul(share.ref);
  [centred, drift, ...everywhere ? [everywhere] : [], ...mask ? Object.values(mask) : []]
    .forEach((array) => array.dispose());
  const means = addedInParts(
    jax,
    ...addedInParts(jax, stats.mean, stats.meanRest, rest.mul(share.ref)),
    near.mul(share),
  );
  const variances = addedInParts(jax, stats.variance, stats.varianceRest, within.add(between));
  return {
    ...{ mean: means[0], meanRest: means[1] },
    ...{ variance: variances[0], varianceRest: variances[1] },
    ...{ m, mRest },
  };
}

/**
 * `near + rest + more` as a rounded sum and what rounding left (Dekker). Each step is stored, since
 * a GPU's compiler may take what is left for 0. Consumes all it is given.
 */
function addedInParts(
  jax: JaxJs,
  near: JaxArray,
  rest: JaxArray,
  more: JaxArray,
): [near: JaxArray, rest: JaxArray] {
  const { numpy: np } = jax;
  const { shape } = near;
  const flat = near.reshape([-1]);
  const step = stored(jax, rest.add(more).reshape([-1]));
  const isSmaller = np.absolute(flat.ref).less(np.absolute(step.ref));
  const large = np.where(isSmaller.ref, step.ref, flat.ref);
  const small = np.where(isSmaller, flat, step);
  const sum = stored(jax, large.ref.add(small.ref));
  const taken = stored(jax, sum.ref.sub(large));
  return [sum.reshape([...shape]), small.sub(taken).reshape([...shape])];
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
  stats: PooledStats,
  state: NormState,
  isUnbiased: boolean,
): NormState {
  const { lax, numpy: np } = jax;
  const number = (value: number) => np.array(value, { dtype: np.float32 });
  const count = stats.m.add(stats.mRest);
  const mean = stats.mean.add(stats.meanRest);
  const variance = stats.variance.add(stats.varianceRest);
  const others = np.maximum(count.ref.sub(1), number(1));
  const tracked = isUnbiased ? variance.mul(count.ref.div(others.ref)) : variance;
  others.dispose();
  // Of one value there is no variance, of none no mean.
  const isEnough = count.greater(1);
  const weights = {
    old: np.where(isEnough.ref, number(0), number(1)),
    fresh: np.where(isEnough, number(1), number(0)),
  };
  const batch = { mean, variance: tracked };
  const step = lax.stopGradient(state.numBatchesTracked);
  return updateRunningStats(jax, state, batch, weights, step, null);
}
