/** Batch norm and batch renorm in training, from operations of jax-js. */
import type { OnSingleValue, RunningVariance } from "@renorm/core-math";
import { checkMoreThanOneValue, checkOptions } from "@renorm/core-math/checks";
import type { Schedule } from "@renorm/schedule";
import { batchMoments } from "./batch_moments.ts";
import { computedDtype, spread, valuesPerChannel } from "./channels.ts";
import { checkInput, checkReferences, readMask, readParams, readState } from "./check_arrays.ts";
import {
  type CompiledInference,
  emptyResult,
  inferenceOptionNames,
  type InferenceOptions,
  type InferenceSettings,
} from "./inference.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { isSchedule, type LimitArrays, limitsAtStep, type RenormLimits } from "./limits.ts";
import { mapUnderMask, type MaskArray, maskInRuns } from "./masks.ts";
import type { NormParams, NormState } from "./parameters.ts";
import { averageWeights, renormCorrection, updateRunningStats } from "./running_stats.ts";
import { fromRuns, runsOf } from "./runs.ts";

/** Options of `batchRenorm`. */
export interface BatchRenormOptions extends InferenceOptions {
  /** Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. */
  momentum?: number;
  /** The variance that is tracked. Default `"biased"`; in batch norm `"unbiased"`. */
  runningVariance?: RunningVariance;
  /**
   * What a batch of one value per channel does: throw, or be normalised by the running statistics,
   * in which case the state stays as it is. Default `"throw"`.
   */
  onSingleValue?: OnSingleValue;
}

/** Options of `batchNorm`. */
export interface BatchNormOptions extends Omit<BatchRenormOptions, "momentum"> {
  /** The same; null is PyTorch's cumulative average. Default 0.1. */
  momentum?: number | null;
}

/** The names of the options of training. */
const trainingOptionNames: readonly string[] = [
  ...inferenceOptionNames,
  "momentum",
  "runningVariance",
  "onSingleValue",
];

/** A call of batch norm or batch renorm in training. */
export interface TrainingCall {
  /** The function that was called, for the errors. */
  readonly owner: string;
  readonly x: JaxArray;
  readonly params: NormParams;
  readonly state: NormState;
  /** Checked; none in batch norm. */
  readonly limits: RenormLimits | Schedule | "none";
  readonly options: BatchNormOptions;
  /** The variance that is tracked, unless the options say otherwise. */
  readonly tracked: RunningVariance;
}

/**
 * Training with its checks, under `jit`: few kernels, compiled once for a shape and its options.
 * Consumes the arrays of a call, unless it throws.
 */
export function compileTraining(
  jax: JaxJs,
  infer: CompiledInference,
): (call: TrainingCall) => [y: JaxArray, state: NormState] {
  const compiled = jax.jit(
    (x: JaxArray, params: NormParams, state: NormState, given: Given, fixed: TrainingSettings) =>
      trainingForward(jax, x, params, state, given, fixed),
    { staticArgnums: [4] },
  );

  return ({ owner, x, limits, tracked, ...call }) => {
    // The plain average of all batches is for batch norm alone.
    const nullable = limits === "none" ? ["momentum"] : [];
    const options = checkOptions(owner, call.options, trainingOptionNames, nullable);
    const { eps = 1e-5, momentum = 0.1, layout = "channels-first", mask } = options;
    const { axis, channels, m } = checkInput(owner, x, layout);
    const { onSingleValue = "throw" } = options;
    if (onSingleValue === "throw") checkMoreThanOneValue(owner, m, x.shape);
    const params = readParams(owner, call.params, channels);
    const state = readState(owner, call.state, channels);
    const masks = readMask(owner, mask, x, axis);
    checkReferences(owner, x, params, state, limits === "none" ? {} : limits, masks);

    const isGiven = limits !== "none" && !isSchedule(limits);
    const ofLimits: Partial<LimitArrays> = isGiven ? limitArrays(jax, limits, x) : {};
    const settings = { device: jax.defaultDevice(), axis, eps };
    if (m > 1) {
      const { runningVariance = tracked } = options;
      const fixed = { momentum, runningVariance, limits: isGiven ? "given" : limits } as const;
      const given = { ...ofLimits, ...masks };
      return compiled(x, params, state, given, { ...settings, ...fixed });
    }
    // No batch: empty, or a single value that is normalised by the state.
    const y = m === 0
      ? emptyResult(jax, x, params, masks)
      : infer(x, params, heldTwice(state), masks, settings);
    Object.values(ofLimits).forEach((limit) => limit?.dispose());
    return [y, sameState(jax, state)];
  };
}

/** Arrays that come with some calls. */
type Given = Partial<LimitArrays> & MaskArray;

/** What is fixed in the operations; arrays are arguments. */
interface TrainingSettings extends InferenceSettings {
  /** Weight of the new batch; null is one over the number of batches. */
  readonly momentum: number | null;
  readonly runningVariance: RunningVariance;
  /** A schedule, limits that are given with each call, or none: batch norm. */
  readonly limits: Schedule | "given" | "none";
}

/** Consumes all arrays it is given. Limits are there where the settings say `"given"`. */
function trainingForward(
  jax: JaxJs,
  x: JaxArray,
  { weight, bias }: NormParams,
  state: NormState,
  { mask: givenMask, ...given }: Given,
  settings: TrainingSettings,
): [y: JaxArray, state: NormState] {
  const { numpy: np } = jax;
  const { axis, eps, momentum, runningVariance, limits } = settings;
  const channels = { shape: x.shape, axis };
  const runs = runsOf(channels);
  const storage = x.dtype;
  const dtype = computedDtype(jax, x);
  const number = (value: number) => np.array(value, { dtype });

  const mask = givenMask ? maskInRuns(jax, givenMask, runs, dtype) : null;
  const moments = batchMoments(jax, x, channels, runs, mask);
  const { centred, everywhere, mean, variance, unit } = moments;
  // Without a batch the map is fixed: nothing reaches x through its mean.
  const drift = mask ? moments.drift.mul(mask.isBatch.ref) : moments.drift;
  const batchVariance = variance.ref.mul(unit.ref).mul(unit.ref);
  // In units of the channel, as centred is. Never 0: a constant channel has y = bias, not NaN.
  const epsInUnits = np.square(np.reciprocal(unit.ref).mul(number(Math.sqrt(eps))));
  const std = np.sqrt(np.maximum(variance.add(epsInUnits), number(2 ** -120)));
  const { numBatchesTracked } = state;
  // A plain 1 is a float to jax-js, and under the gradient of a jit the sum becomes one.
  const step = numBatchesTracked.add(np.array(1, { dtype: numBatchesTracked.dtype }));

  // y = weight·(z·r + d) + bias is (centred − drift)·scale + shift.
  let scale = np.reciprocal(std.ref);
  let shift = number(0);
  if (limits === "none" && !mask) [std, unit].forEach((array) => array.dispose());
  else {
    const atStep = limits === "given"
      ? given as LimitArrays
      : limits === "none"
      ? { rmax: number(1), dmax: number(0) }
      : limitsAtStep(jax, limits, step.ref.astype(dtype));
    const batch = {
      std: std.mul(unit),
      mean: { near: mean.near.ref, rest: mean.rest.ref },
    };
    const within = mask ? openWithoutBatch(jax, atStep, mask.isBatch.ref) : atStep;
    const { r, d } = renormCorrection(jax, batch, state, within, number(eps));
    scale = scale.mul(r);
    shift = d;
  }
  if (weight) {
    scale = scale.mul(weight.ref);
    shift = shift.mul(weight);
  }
  if (bias) shift = shift.add(bias);
  shift = shift.sub(drift.mul(scale.ref));
  const mapped = (values: JaxArray) =>
    values.mul(spread(jax, scale.ref, runs)).add(spread(jax, shift.ref, runs));
  const y = mask && everywhere
    ? mapUnderMask(jax, mask, centred, everywhere, mapped)
    : mapped(centred);

  const m = valuesPerChannel(channels);
  const bessel = mask
    ? mask.m.ref.div(np.maximum(mask.m.ref.sub(1), number(1)))
    : number(m / (m - 1));
  const tracked = runningVariance === "unbiased" ? batchVariance.mul(bessel.ref) : batchVariance;
  const weights = momentum === null
    ? averageWeights(jax, step.ref.astype(dtype))
    : { old: number(1 - momentum), fresh: number(momentum) };
  const batch = { mean: mean.near.add(mean.rest), variance: tracked };
  const next = updateRunningStats(jax, state, batch, weights, step, mask?.isBatch.ref ?? null);
  [scale, shift, bessel, ...mask ? Object.values(mask) : []].forEach((array) => array.dispose());
  return [fromRuns(y.astype(storage), runs, channels.shape), next];
}

/**
 * Limits that are wide open where a mask leaves no batch: less than two values are then normalised
 * by the running statistics. Consumes all it is given.
 */
function openWithoutBatch(
  { numpy: np }: JaxJs,
  { rmax, dmax }: LimitArrays,
  isBatch: JaxArray,
): LimitArrays {
  const open = np.array(1e30, { dtype: rmax.dtype });
  const isOpen = isBatch.less(0.5);
  return { rmax: np.where(isOpen.ref, open.ref, rmax), dmax: np.where(isOpen, open, dmax) };
}

/** Limits in the dtype of the computation; numbers would be float32 otherwise. */
function limitArrays(jax: JaxJs, { rmax, dmax }: RenormLimits, x: JaxArray): LimitArrays {
  const { numpy: np } = jax;
  const dtype = computedDtype(jax, x);
  return { rmax: np.array(rmax, { dtype }), dmax: np.array(dmax, { dtype }) };
}

/** A state whose arrays may be consumed, and are still there. */
function heldTwice({ runningMean, runningVar, numBatchesTracked }: NormState): NormState {
  return {
    runningMean: runningMean.ref,
    runningVar: runningVar.ref,
    numBatchesTracked: numBatchesTracked.ref,
  };
}

/**
 * The state as it was. jax-js cannot give an argument back beside a gradient, but for a new array.
 */
function sameState({ lax }: JaxJs, state: NormState): NormState {
  return {
    runningMean: lax.stopGradient(state.runningMean),
    runningVar: lax.stopGradient(state.runningVar),
    numBatchesTracked: lax.stopGradient(state.numBatchesTracked),
  };
}
