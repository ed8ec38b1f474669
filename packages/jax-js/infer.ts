import { checkOptions } from "@renorm/core-math/checks";
import { checkInput, checkReferences, readParams, readState } from "./check_arrays.ts";
import { emptyResult } from "./empty_batch.ts";
import { inferenceForward, type InferenceSettings } from "./inference_forward.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { inferenceOptionNames, type InferenceOptions } from "./options.ts";
import type { NormParams, NormState } from "./parameters.ts";

/** Batch norm and batch renorm in inference. Consumes the arrays, unless it throws. */
export type Infer = (
  x: JaxArray,
  params: NormParams,
  state: NormState,
  options?: InferenceOptions,
) => JaxArray;

/** Inference with its checks, under `jit`: few kernels, compiled once for a shape and its options. */
export function compileInference(jax: JaxJs): Infer {
  const compiled = jax.jit(
    (x: JaxArray, params: NormParams, state: NormState, settings: InferenceSettings) =>
      inferenceForward(jax, x, params, state, settings),
    { staticArgnums: [3] },
  );
  return (x, givenParams, givenState, options = {}) => {
    const owner = "batchNormInference";
    const settings = checkOptions(owner, options, inferenceOptionNames);
    const { eps = 1e-5, layout = "channels-first" } = settings;
    const { axis, channels, m } = checkInput(owner, x, layout);
    const params = readParams(owner, givenParams, channels);
    const state = readState(owner, givenState, channels);
    checkReferences(owner, x, params, state);
    if (m === 0) return emptyResult(jax, x, params, state);
    return compiled(x, params, state, { device: jax.defaultDevice(), axis, eps });
  };
}
