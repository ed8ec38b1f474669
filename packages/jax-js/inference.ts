/** Batch norm and batch renorm in inference, from operations of jax-js. */
import { computedDtype, spread } from "./channels.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import type { NormParams, NormState } from "./parameters.ts";
import { fromRuns, inRuns, runsOf } from "./runs.ts";

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

/**
 * `y = weight·(x − runningMean)/√(runningVar + eps) + bias`, with the state as a constant to the
 * gradient. Consumes all arrays it is given.
 */
export function inferenceForward(
  jax: JaxJs,
  x: JaxArray,
  { weight, bias }: NormParams,
  { runningMean, runningVar, numBatchesTracked }: NormState,
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
  let y = centred.mul(spread(jax, scale, runs));
  if (bias) y = y.add(spread(jax, bias, runs));
  return fromRuns(y.astype(storage), runs, shape);
}
