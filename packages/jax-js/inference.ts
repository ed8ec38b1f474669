/** Batch norm and batch renorm in inference, from operations of jax-js. */
import type { Layout } from "@renorm/core-math";
import { checkOptions } from "@renorm/core-math/checks";
import { computedDtype, spread } from "./channels.ts";
import { checkInput, checkReferences, readMask, readParams, readState } from "./check_arrays.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { mapUnderMask, type MaskArray, maskInRuns, whereCounting } from "./masks.ts";
import type { NormParams, NormState } from "./parameters.ts";
import { fromRuns, inRuns, runsOf } from "./runs.ts";

/** Options of `batchNormInference`. */
export interface InferenceOptions {
  /** Added to the running variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /**
   * Which positions count, for sequences and images that were padded: a boolean array of the shape
   * of x without its channels, consumed. The others are normalised too, but count in no statistic
   * and have no gradient. Default: all of them.
   */
  mask?: JaxArray;
}

/** The names of {@linkcode InferenceOptions}. */
export const inferenceOptionNames: readonly string[] = ["eps", "layout", "mask"];

/** What is fixed in the operations; arrays are arguments. */
export interface InferenceSettings {
  /**
   * The device that jax-js has chosen. It changes no operation, but they are traced again for each:
   * the gradient of what was traced holds arrays of zeros, on the device of that time.
   */
  readonly device: ReturnType<JaxJs["defaultDevice"]>;
  /** Where the channels stand in the shape of x. */
  readonly axis: number;
  readonly eps: number;
}

/** Inference. Consumes the arrays, unless it throws. */
export type Infer = (
  x: JaxArray,
  params: NormParams,
  state: NormState,
  options?: InferenceOptions,
) => JaxArray;

/** Inference of what is checked, under `jit`. Consumes the arrays. */
export type CompiledInference = (
  x: JaxArray,
  params: NormParams,
  state: NormState,
  masks: MaskArray,
  settings: InferenceSettings,
) => JaxArray;

/** {@linkcode CompiledInference} over a copy of jax-js. */
export function jitInference(jax: JaxJs): CompiledInference {
  const forward: CompiledInference = (...given) => inferenceForward(jax, ...given);
  return jax.jit(forward, { staticArgnums: [4] });
}

/**
 * Inference with its checks: few kernels, compiled once for a shape and its options.
 */
export function compileInference(jax: JaxJs, compiled: CompiledInference): Infer {
  return (x, givenParams, givenState, options = {}) => {
    const owner = "batchNormInference";
    const settings = checkOptions(owner, options, inferenceOptionNames);
    const { eps = 1e-5, layout = "channels-first", mask } = settings;
    const { axis, channels, m } = checkInput(owner, x, layout);
    const params = readParams(owner, givenParams, channels);
    const state = readState(owner, givenState, channels);
    const masks = readMask(owner, mask, x, axis);
    checkReferences(owner, x, params, state, masks);
    if (m === 0) return emptyResult(jax, x, params, state, masks);
    return compiled(x, params, state, masks, { device: jax.defaultDevice(), axis, eps });
  };
}

/**
 * `y = weight·(x − runningMean)/√(runningVar + eps) + bias`, with the state as a constant to the
 * gradient. Consumes all arrays it is given.
 */
function inferenceForward(
  jax: JaxJs,
  x: JaxArray,
  { weight, bias }: NormParams,
  { runningMean, runningVar, numBatchesTracked }: NormState,
  masks: MaskArray,
  { axis, eps }: InferenceSettings,
): JaxArray {
  const { lax, numpy: np } = jax;
  const runs = runsOf({ shape: x.shape, axis });
  const storage = x.dtype;
  const dtype = computedDtype(jax, x);
  numBatchesTracked.dispose();
  const { shape } = x;
  const values = inRuns(jax, x.astype(dtype), runs);
  const centred = values.sub(spread(jax, lax.stopGradient(runningMean), runs));
  let scale = np.reciprocal(np.sqrt(lax.stopGradient(runningVar).add(np.array(eps, { dtype }))));
  if (weight) scale = scale.mul(weight);
  const mapped = (values: JaxArray) => {
    const y = values.mul(spread(jax, scale.ref, runs));
    return bias ? y.add(spread(jax, bias.ref, runs)) : y;
  };
  const mask = masks.mask ? maskInRuns(jax, masks.mask, runs, dtype) : null;
  const y = mask
    ? mapUnderMask(
      jax,
      mask,
      whereCounting(jax, mask, centred.ref),
      centred,
      mapped,
    )
    : mapped(centred);
  [scale, ...bias ? [bias] : [], ...mask ? Object.values(mask) : []]
    .forEach((array) => array.dispose());
  return fromRuns(y.astype(storage), runs, shape);
}

/**
 * The y of an empty x, which is x; the other arrays of the call are disposed of. Nothing is
 * computed: jax-js has no gradient of a spread over no values.
 */
export function emptyResult(
  { lax }: JaxJs,
  x: JaxArray,
  ...others: readonly Readonly<Record<string, JaxArray>>[]
): JaxArray {
  for (const arrays of others) Object.values(arrays).forEach((array) => array.dispose());
  return lax.stopGradient(x);
}
