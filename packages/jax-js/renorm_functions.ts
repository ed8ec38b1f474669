import { expects, reading, show } from "@renorm/core-math/checks";
import { compileInference, type InferenceOptions, jitInference } from "./inference.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { readLimits, type RenormLimits, type RenormSchedule } from "./limits.ts";
import {
  initialParams,
  initialState,
  type NormParams,
  type NormState,
  type PooledStats,
} from "./parameters.ts";
import {
  type AccumulateOptions,
  compileAccumulate,
  compileFinish,
  type FinishOptions,
  initialStats,
} from "./recalibration.ts";
import { type BatchNormOptions, type BatchRenormOptions, compileTraining } from "./training.ts";

/** The functions of this package over one copy of jax-js. */
export interface RenormFunctions {
  /**
   * Batch renorm in training: with `z = (x − mean)/√(variance + eps)` of this batch,
   * `y = weight·(z·r + d) + bias`, where `r = √(variance + eps)/√(runningVar + eps)` in [1/rmax,
   * rmax] and `d = (mean − runningMean)/√(runningVar + eps)` in [−dmax, dmax], constants to the
   * gradient, come from the state as it is before this batch; then
   * `running += momentum·(batch − running)` (Ioffe 2017, Algorithm 1).
   *
   * `{ rmax: 1, dmax: 0 }` is batch norm; open limits give what inference would. A channel whose
   * batch is not finite keeps its running statistics. An empty batch gives an empty result and the
   * state as it was. No gradient flows into or out of the state.
   *
   * Consumes x, params, state and limits, as every function of jax-js; pass `.ref` of what is used
   * again. A call that throws consumes nothing.
   *
   * @param x Of rank 2 to 5, float32; float16 and float64 where the backend has them. float16 is
   * computed in float32, and has no gradients: jax-js 0.1.25 has none of a cast.
   * @param params `{ weight, bias }`, each of shape `[channels]`, each optional.
   * @param state What `initialState` made or the last call returned.
   * @param limits The limits of this step, such as `limitsAt(schedule, step)` gives; or those over
   * the steps, which are read at the step after `state.numBatchesTracked`: `{ schedule }`, the
   * schedule itself, or `{ rmax, dmax, warmupSteps }` for the linear warm-up, rmax 3 and dmax 5 by
   * default.
   * @param options Defaults: eps 1e-5, momentum 0.1, channels-first, biased.
   * @returns y, of the shape and dtype of x, and the new state.
   * @throws {TypeError} For arrays of the wrong kind or shape and unknown keys.
   * @throws {RangeError} For values out of range, and for one value per channel unless
   * `onSingleValue: "running"` is among the options.
   */
  batchRenorm(
    x: JaxArray,
    params: NormParams,
    state: NormState,
    limits: RenormLimits | RenormSchedule,
    options?: BatchRenormOptions,
  ): [y: JaxArray, state: NormState];
  /**
   * Batch norm in training, by the same code with r = 1 and d = 0, with PyTorch's defaults: the
   * unbiased variance is tracked, and `momentum: null` is the plain average of all batches.
   *
   * Consumes x, params and state. Errors as those of `batchRenorm`.
   */
  batchNorm(
    x: JaxArray,
    params: NormParams,
    state: NormState,
    options?: BatchNormOptions,
  ): [y: JaxArray, state: NormState];
  /**
   * Both in inference: `y = weight·(x − runningMean)/√(runningVar + eps) + bias`, with gradients to
   * x, weight and bias. One value a channel is enough.
   *
   * Consumes x, params and state: pass `tree.ref(state)` of jax-js to keep it. Errors as those of
   * `batchRenorm`.
   */
  batchNormInference(
    x: JaxArray,
    params: NormParams,
    state: NormState,
    options?: InferenceOptions,
  ): JaxArray;
  /**
   * Takes a batch into pooled statistics, for a recalibration: the mean and variance of all values
   * so far, by Chan's formula, to 1e-6 for any cut of the data. Batches may have any size, one
   * value per channel and none included.
   *
   * Consumes x and stats. No gradient flows. What a model does meanwhile is up to its call: with
   * `batchNorm` later layers see inputs that are normalised by each batch, with
   * `batchNormInference` those that are normalised by the state of the pass before.
   *
   * @param x What the layer is given, of rank 2 to 5.
   * @param stats What `initialStats` made or the last call returned.
   * @param options `layout`, channels-first by default, and a `mask`.
   * @throws {TypeError} For arrays of the wrong kind or shape and unknown keys.
   */
  accumulateStats(x: JaxArray, stats: PooledStats, options?: AccumulateOptions): PooledStats;
  /**
   * Makes pooled statistics the running ones of a state; its counter stays. A channel that is not
   * finite, and a layer that less than two values per channel went through, keep what they had.
   *
   * Consumes stats and state.
   *
   * @param options Default: unbiased, as `batchNorm` tracks it; `"biased"` is for `batchRenorm`.
   */
  finishStats(stats: PooledStats, state: NormState, options?: FinishOptions): NormState;
  /** Pooled statistics of no values. */
  initialStats(numFeatures: number): PooledStats;
  /** γ = 1 and β = 0 for a number of channels. */
  initialParams(numFeatures: number): Required<NormParams>;
  /** Running mean 0, running variance 1, no batch seen. */
  initialState(numFeatures: number): NormState;
}

const made = new WeakMap<JaxJs["jit"], RenormFunctions>();

/**
 * Batch renorm and batch norm as pure functions over jax-js, which is handed in.
 *
 * Each is compiled once for a device, a shape and its options, alone and inside of `jit`, `grad`,
 * `valueAndGrad` and `vmap`; limits and steps are arguments and never compile. Gradients of
 * gradients are right too.
 *
 * @param jax `import * as jax from "@jax-js/jax"`, or an object with its `defaultDevice`, `jit`,
 * `lax` and `numpy`.
 * @returns The functions; the same object for the same jax-js.
 * @throws {TypeError} For anything else.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import * as jax from "@jax-js/jax";
 * import { renormFunctions } from "@renorm/jax-js";
 *
 * const { batchRenorm, initialParams, initialState } = renormFunctions(jax);
 * const x = jax.numpy.array([[1], [3]]);
 * // The state says mean 0 and deviation 1, so the batch passes as it is.
 * const [y, state] = batchRenorm(x, initialParams(1), initialState(1), { rmax: 3, dmax: 5 });
 * const [low, high] = await y.data();
 * assert.ok(Math.abs(low - 1) < 1e-4 && Math.abs(high - 3) < 1e-4);
 * assert.equal((await state.runningMean.data())[0], Math.fround(0.2));
 * ```
 */
export function renormFunctions(jax: JaxJs): RenormFunctions {
  const isJax = () =>
    [jax?.jit, jax?.defaultDevice, jax?.lax?.stopGradient, jax?.numpy?.array]
      .every((part) => typeof part === "function");
  if (!reading("renormFunctions", "jax-js", isJax)) {
    throw new TypeError(expects("renormFunctions", "jax-js", show(jax)));
  }
  const known = made.get(jax.jit);
  if (known) return known;

  const infer = jitInference(jax);
  const train = compileTraining(jax, infer);
  const functions: RenormFunctions = {
    batchRenorm(x, params, state, limits, options = {}) {
      const owner = "batchRenorm";
      const read = readLimits(owner, limits);
      return train({ owner, x, params, state, limits: read, options, tracked: "biased" });
    },
    batchNorm(x, params, state, options = {}) {
      const owner = "batchNorm";
      return train({ owner, x, params, state, limits: "none", options, tracked: "unbiased" });
    },
    batchNormInference: compileInference(jax, infer),
    accumulateStats: compileAccumulate(jax),
    finishStats: compileFinish(jax),
    initialStats: (numFeatures) => initialStats(jax, numFeatures),
    initialParams: (numFeatures) => initialParams(jax, numFeatures),
    initialState: (numFeatures) => initialState(jax, numFeatures),
  };
  made.set(jax.jit, functions);
  return functions;
}
