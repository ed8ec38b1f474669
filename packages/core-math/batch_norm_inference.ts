import { checkRunningStats, checkTensor } from "./_check.ts";
import { checkOptions } from "./_check_options.ts";
import type { SavedForBackward } from "./_training_forward.ts";
import { channelView } from "./channel_view.ts";
import { type AffineParameters, applyNormalization } from "./normalize.ts";
import type { RunningStats } from "./renorm_correction.ts";
import type { FloatArray, Layout, Tensor } from "./tensor.ts";

/** Options of {@linkcode batchNormInference}. */
export interface InferenceOptions<A extends FloatArray = Float32Array> {
  /** Added to the running variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor<A>;
}

/** What {@linkcode batchNormInference} gives back. */
export interface InferenceResult<A extends FloatArray = Float32Array> {
  /** The normalised output, of the shape of x. */
  readonly y: Tensor<A>;
  /** What {@linkcode batchNormInferenceBackward} needs. */
  readonly saved: SavedForBackward<A>;
}

/**
 * Batch norm and batch renorm in inference:
 * `y = weight·(x − runningMean)/√(runningVar + eps) + bias`. Pure: no state moves, and one value
 * per channel is enough.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight` and `bias` (optional) and the running statistics, a value a channel.
 * @param options Defaults: eps 1e-5, channels-first.
 * @returns `y`, and `saved` for the backward.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} When eps is not above 0.
 * @see torch.nn.functional.batch_norm with `training=False`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormInference } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([5]), shape: [1, 1] };
 * const running = { runningMean: new Float32Array([1]), runningVar: new Float32Array([4]) };
 * assert.deepEqual(batchNormInference(x, running, { eps: 1e-12 }).y.data, new Float32Array([2]));
 * ```
 */
export function batchNormInference<A extends FloatArray>(
  x: Tensor<A>,
  parameters: AffineParameters & RunningStats,
  options: InferenceOptions<A> = {},
): InferenceResult<A> {
  const owner = "batchNormInference";
  checkOptions(owner, options, ["eps", "layout", "out"]);
  const { eps = 1e-5, layout = "channels-first", out } = options;
  checkTensor(owner, "x", x);
  const { channels } = channelView(x.shape, layout);
  const { weight = null, bias = null, runningMean, runningVar } = parameters;
  checkRunningStats(owner, parameters, channels);
  const mean = Float64Array.from(runningMean);
  const invStd = Float64Array.from(runningVar, (variance) => 1 / Math.sqrt(variance + eps));
  const normalization = { mean, invStd, weight, bias };
  const y = applyNormalization(owner, x, normalization, { layout, ...out && { out } });
  return { y, saved: { x, layout, ...normalization } };
}
