/** The training forward of batch norm and batch renorm, from operations of jax-js. */
import type { RunningVariance } from "@renorm/core-math";
import type { Schedule } from "@renorm/schedule";
import { batchMoments } from "./batch_moments.ts";
import { computedDtype, spread, valuesPerChannel } from "./channels.ts";
import type { InferenceSettings } from "./inference_forward.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { type LimitArrays, limitsAtStep } from "./limits.ts";
import type { NormParams, NormState } from "./parameters.ts";
import { renormCorrection } from "./renorm_correction.ts";
import { fromRuns, runsOf } from "./runs.ts";
import { averageWeights, updateRunningStats } from "./update_running_stats.ts";

/** What is fixed in the operations; arrays are arguments. */
export interface TrainingSettings extends InferenceSettings {
  /** Weight of the new batch; null is one over the number of batches. */
  readonly momentum: number | null;
  readonly runningVariance: RunningVariance;
  /** A schedule, limits that are given with each call, or none: batch norm. */
  readonly limits: Schedule | "given" | "none";
}

/** Consumes all arrays it is given. Limits are there where the settings say `"given"`. */
export function trainingForward(
  jax: JaxJs,
  x: JaxArray,
  { weight, bias }: NormParams,
  state: NormState,
  given: Partial<LimitArrays>,
  settings: TrainingSettings,
): [y: JaxArray, state: NormState] {
  const { lax, numpy: np } = jax;
  const { axis, eps, momentum, runningVariance, limits } = settings;
  const channels = { shape: x.shape, axis };
  const runs = runsOf(channels);
  const storage = x.dtype;
  const dtype = computedDtype(jax, x);
  const number = (value: number) => np.array(value, { dtype });

  const { centred, drift, mean, variance, unit } = batchMoments(jax, x, channels, runs, eps);
  const fixedVariance = lax.stopGradient(variance.ref).mul(unit.ref).mul(unit.ref);
  // In units of the channel, as centred is. Never 0: a constant channel has y = bias, not NaN.
  const epsInUnits = np.square(np.reciprocal(unit.ref).mul(number(Math.sqrt(eps))));
  const std = np.sqrt(np.maximum(variance.add(epsInUnits), number(2 ** -120)));
  const step = state.numBatchesTracked.add(1);

  // y = weight·(z·r + d) + bias is (centred − drift)·scale + shift.
  let scale = np.reciprocal(std.ref);
  let shift = number(0);
  if (limits === "none") [std, unit].forEach((array) => array.dispose());
  else {
    const atStep = limits === "given"
      ? given as LimitArrays
      : limitsAtStep(jax, limits, step.ref.astype(dtype));
    const batch = {
      std: lax.stopGradient(std).mul(unit),
      mean: { near: mean.near.ref, rest: mean.rest.ref },
    };
    const { r, d } = renormCorrection(jax, batch, state, atStep, number(eps));
    scale = scale.mul(r);
    shift = d;
  }
  if (weight) {
    scale = scale.mul(weight.ref);
    shift = shift.mul(weight);
  }
  if (bias) shift = shift.add(bias);
  shift = shift.sub(drift.mul(scale.ref));
  const y = centred.mul(spread(jax, scale, runs)).add(spread(jax, shift, runs));

  const m = valuesPerChannel(channels);
  const tracked = runningVariance === "unbiased"
    ? fixedVariance.mul(number(m / (m - 1)))
    : fixedVariance;
  const weights = momentum === null
    ? averageWeights(jax, step.ref.astype(dtype))
    : { old: number(1 - momentum), fresh: number(momentum) };
  const batch = { mean: mean.near.add(mean.rest), variance: tracked };
  const next = updateRunningStats(jax, state, batch, weights, step);
  return [fromRuns(y.astype(storage), runs, channels.shape), next];
}
