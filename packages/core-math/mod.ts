/**
 * Batch norm and batch renorm on the CPU: the mathematics, and the words that every package shares.
 *
 * Tensors are `{ data: Float32Array, shape }`, sums are float64, and no tensor but the result is
 * allocated. The classes are drop-ins for PyTorch's and for the notebook's `BatchRenorm2d`; the
 * functions under them hold no state.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm2d, moments } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm2d(3, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * const data = Float32Array.from({ length: 96 }, (_, i) => 2 + Math.sin(i));
 * const x = { data, shape: [2, 3, 4, 4] };
 * const y = layer.forward(x); // training
 * const { mean, variance } = moments(y);
 * assert.equal(mean[0].toFixed(4), "0.0010"); // d, as far as the limits of the first step allow
 * assert.equal(Math.sqrt(variance[0]).toFixed(4), "0.9996"); // r
 *
 * const dy = { data: y.data.map((_, i) => Math.cos(i) / 96), shape: y.shape };
 * const dx = layer.backward(dy);
 * // The sum over the first channel, whose values are 0 to 15 and 48 to 63.
 * const sum = (f: (i: number) => number) =>
 *   y.data.reduce((sum, _, i) => i % 48 < 16 ? sum + f(i) : sum, 0);
 * assert.ok(Math.abs(layer.weightGrad![0] - sum((i) => dy.data[i] * y.data[i])) < 1e-6);
 * assert.ok(Math.max(...dx.data) > 0.001);
 * // The batch's mean and deviation are taken out of x, so neither has a gradient.
 * assert.ok(Math.abs(sum((i) => dx.data[i])) < 1e-6);
 * assert.ok(Math.abs(sum((i) => dx.data[i] * x.data[i])) < 1e-4);
 * ```
 *
 * @module
 */
export type { Limits } from "@renorm/schedule";
export {
  forwardByMoments,
  type ForwardByMomentsOptions,
  gradientSums,
  inputGradient,
  mergeGradientSums,
  type SavedForPart,
} from "./batch_in_parts.ts";
export { batchNormBackward, batchNormForward } from "./batch_norm.ts";
export {
  batchRenormBackward,
  batchRenormForward,
  type RenormTrainingOptions,
} from "./batch_renorm.ts";
export { channelView } from "./channel_view.ts";
export type { BackwardOptions } from "./checks/backward.ts";
export type { InferenceOptions, TrainingOptions } from "./checks/forward.ts";
export {
  diagnose,
  type DiagnosedLayer,
  type DiagnoseOptions,
  type LayerSettings,
} from "./diagnose.ts";
export { batchNormInference, batchNormInferenceBackward } from "./inference.ts";
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  type BatchNormOptions,
} from "./layers/batch_norm_layers.ts";
export {
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
  BatchRenormLayer,
  type BatchRenormOptions,
} from "./layers/batch_renorm_layers.ts";
export type { LayerCore } from "./layers/layer_core.ts";
export type { LayerClass, LayerOptions } from "./layers/layer_options.ts";
export {
  type LayerForwardOptions,
  type LayerKind,
  NormalizationLayer,
} from "./layers/normalization_layer.ts";
export {
  recalibrate,
  type RecalibrateOptions,
  type RecalibrationProgress,
} from "./layers/recalibrate.ts";
export type { LoadableStateDict, StateDict } from "./layers/state_dict.ts";
export type { StepLimitsOptions } from "./layers/step_limits.ts";
export type { ChannelView } from "./math/channel_view.ts";
export type { Finding, FindingCode } from "./math/findings.ts";
export type {
  InferenceResult,
  SavedForBackward,
  SavedForRenormBackward,
  SavedForTrainingBackward,
  TrainingResult,
} from "./math/forward.ts";
export type { Gradients } from "./math/gradients.ts";
export type {
  ChannelMap,
  ChannelMoments,
  ChannelRange,
  GradientMap,
  GradientSums,
  InnerLoops,
} from "./math/inner_loops.ts";
export type { Moments } from "./math/moments.ts";
export type { Normalization } from "./math/normalize.ts";
export type { RenormCorrection } from "./math/renorm_correction.ts";
export type { OnNonFinite, OnSingleValue, RunningVariance } from "./math/update_running_stats.ts";
export {
  type MergedRunningStats,
  mergeRunningStats,
  type MergeRunningStatsOptions,
  type RunningStatsPart,
} from "./merge_running_stats.ts";
export { mergeMoments, moments, type MomentsOptions } from "./moments.ts";
export { normalize, type NormalizeOptions } from "./normalize.ts";
export { renormCorrection, type RenormCorrectionOptions } from "./renorm_correction.ts";
export type {
  AffineParameters,
  FloatArray,
  Layout,
  Mask,
  MaskValues,
  RunningStats,
  Tensor,
} from "./tensor.ts";
export { updateRunningStats, type UpdateRunningStatsOptions } from "./update_running_stats.ts";
