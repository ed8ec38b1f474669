import { checkOptions } from "./checks/options.ts";
import {
  type SavedForBackward,
  trainingForward,
  trainingOptionNames,
  type TrainingOptions,
  type TrainingResult,
} from "./math/forward.ts";
import { readInput } from "./channel_view.ts";
import type { AffineParameters } from "./normalize.ts";
import type { RunningStats } from "./renorm_correction.ts";
import type { FloatArray, Tensor } from "./tensor.ts";

/**
 * Batch norm in training: `y = weight·(x − mean)/√(variance + eps) + bias` with the moments of this
 * batch, then `running += momentum·(batch − running)` in place.
 *
 * It normalises with the biased variance and tracks the unbiased one. An empty batch gives an empty
 * result and touches nothing.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias`, `runningMean`, `runningVar`: one value per channel, optional;
 * the running statistics come together and are written.
 * @param options Defaults: eps 1e-5, momentum 0.1, channels-first, unbiased, skip, update.
 * @returns `y`, `saved` for {@linkcode batchNormBackward}, and the number of skipped channels.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} For option values out of range, for one value per channel, and for a channel
 * that is not finite under `onNonFinite: "throw"`. Nothing has changed then.
 * @see torch.nn.functional.batch_norm with `training=True`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormForward } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const running = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
 * const { y } = batchNormForward(x, running, { eps: 1e-12 });
 * assert.deepEqual(y.data, new Float32Array([-1, 1]));
 * assert.equal(running.runningMean[0], Math.fround(0.2));
 * ```
 */
export function batchNormForward<A extends FloatArray>(
  x: Tensor<A>,
  parameters: AffineParameters & Partial<RunningStats> = {},
  options: TrainingOptions<A> = {},
): TrainingResult<SavedForBackward<A>, A> {
  const owner = "batchNormForward";
  const settings = checkOptions(owner, options, trainingOptionNames);
  const input = readInput<A>(owner, x, settings.layout);
  return trainingForward(owner, input, parameters, settings, false);
}
