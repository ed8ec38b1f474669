import { checkOptions } from "./checks/options.ts";
import {
  inferenceForward,
  type InferenceOptions,
  type InferenceResult,
} from "./_inference_forward.ts";
import { readInput } from "./channel_view.ts";
import type { AffineParameters } from "./normalize.ts";
import type { RunningStats } from "./renorm_correction.ts";
import type { FloatArray, Tensor } from "./tensor.ts";

/**
 * Batch norm and batch renorm in inference:
 * `y = weight·(x − runningMean)/√(runningVar + eps) + bias`. Pure: no state moves, and one value
 * per channel is enough.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias` (optional), running statistics: one value per channel.
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
  const settings = checkOptions(owner, options, ["eps", "layout", "out"]);
  const input = readInput<A>(owner, x, settings.layout);
  return inferenceForward(owner, input, parameters, settings);
}
