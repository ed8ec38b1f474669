import type { RunningVariance } from "@renorm/core-math";
import { checkOptions } from "@renorm/core-math/checks";
import type { Schedule } from "@renorm/schedule";
import { checkReferences, checkTrainingInput, readParams, readState } from "./check_arrays.ts";
import { computedDtype } from "./channels.ts";
import { emptyResult, sameState } from "./empty_batch.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { isSchedule, type LimitArrays, type RenormLimits } from "./limits.ts";
import { type BatchNormOptions, trainingOptionNames } from "./options.ts";
import type { NormParams, NormState } from "./parameters.ts";
import { trainingForward, type TrainingSettings } from "./training_forward.ts";

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

/** Batch norm and batch renorm in training. Consumes the arrays of a call, unless it throws. */
export type Train = (call: TrainingCall) => [y: JaxArray, state: NormState];

/** Training with its checks, under `jit`: few kernels, compiled once for a shape and its options. */
export function compileTraining(jax: JaxJs): Train {
  type Given = Partial<LimitArrays>;
  const compiled = jax.jit(
    (x: JaxArray, params: NormParams, state: NormState, given: Given, fixed: TrainingSettings) =>
      trainingForward(jax, x, params, state, given, fixed),
    { staticArgnums: [4] },
  );

  return ({ owner, x, limits, tracked, ...call }) => {
    // The plain average of all batches is for batch norm alone.
    const nullable = limits === "none" ? ["momentum"] : [];
    const options = checkOptions(owner, call.options, trainingOptionNames, nullable);
    const { eps = 1e-5, momentum = 0.1, layout = "channels-first" } = options;
    const { axis, channels, m } = checkTrainingInput(owner, x, layout);
    const params = readParams(owner, call.params, channels);
    const state = readState(owner, call.state, channels);
    checkReferences(owner, x, params, state, limits === "none" ? {} : limits);

    const isGiven = limits !== "none" && !isSchedule(limits);
    const given: Given = isGiven ? limitArrays(jax, limits, x) : {};
    if (m === 0) return [emptyResult(jax, x, params, given), sameState(jax, state)];
    const { runningVariance = tracked } = options;
    const fixed = { device: jax.defaultDevice(), axis, eps, momentum, runningVariance };
    return compiled(x, params, state, given, { ...fixed, limits: isGiven ? "given" : limits });
  };
}

/** Limits in the dtype of the computation; numbers would be float32 otherwise. */
function limitArrays(jax: JaxJs, { rmax, dmax }: RenormLimits, x: JaxArray): LimitArrays {
  const { numpy: np } = jax;
  const dtype = computedDtype(jax, x);
  return { rmax: np.array(rmax, { dtype }), dmax: np.array(dmax, { dtype }) };
}
