/**
 * Batch norm and batch renorm on the CPU in WebAssembly SIMD: the functions and layers of
 * `@renorm/core-math` under the same names, two to three times as fast. Change the import, nothing
 * else.
 *
 * Sums are float64, or float32 over eight values and float64 above where that is exact enough for a
 * channel. y and dx are computed in float32 where that loses nothing that float32 could
 * hold, and else by the plain loops of core-math, which also run for float64 tensors, for tensors
 * of a few hundred values, and where WebAssembly is refused: {@linkcode kernels} says which loops
 * run.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm2d, kernels, moments } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchRenorm2d(3, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * const data = Float32Array.from({ length: 1536 }, (_, i) => 2 + Math.sin(i));
 * const y = layer.forward({ data, shape: [2, 3, 16, 16] }); // training
 * assert.equal(moments(y).mean[0].toFixed(4), "0.0010"); // d, within the limits of step 1
 * assert.equal(kernels().name, "wasm");
 * ```
 *
 * @module
 */
export { allocate } from "./allocate.ts";
export { forwardByMoments, gradientSums, inputGradient } from "./batch_in_parts.ts";
export { batchNormBackward, batchNormForward } from "./batch_norm.ts";
export { batchRenormBackward, batchRenormForward } from "./batch_renorm.ts";
export { batchNormInference, batchNormInferenceBackward } from "./inference.ts";
export { kernels, type KernelsInUse } from "./kernels.ts";
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
} from "./layers.ts";
export { loops } from "./loops.ts";
export { moments } from "./moments.ts";
export { normalize } from "./normalize.ts";
export {
  type AffineParameters,
  type BackwardOptions,
  type BatchNormOptions,
  BatchRenormLayer,
  type BatchRenormOptions,
  type ChannelMap,
  type ChannelMoments,
  type ChannelRange,
  type ChannelView,
  channelView,
  diagnose,
  type DiagnosedLayer,
  type DiagnoseOptions,
  type Finding,
  type FindingCode,
  type FloatArray,
  type ForwardByMomentsOptions,
  type GradientMap,
  type Gradients,
  type GradientSums,
  type InferenceOptions,
  type InferenceResult,
  type InnerLoops,
  type LayerClass,
  type LayerCore,
  type LayerForwardOptions,
  type LayerKind,
  type LayerOptions,
  type LayerSettings,
  type Layout,
  type Limits,
  type LoadableStateDict,
  type MergedRunningStats,
  mergeGradientSums,
  mergeMoments,
  mergeRunningStats,
  type MergeRunningStatsOptions,
  type Moments,
  type MomentsOptions,
  type Normalization,
  NormalizationLayer,
  type NormalizeOptions,
  type OnNonFinite,
  type OnSingleValue,
  recalibrate,
  type RecalibrateOptions,
  type RecalibrationProgress,
  type RenormCorrection,
  renormCorrection,
  type RenormCorrectionOptions,
  type RenormTrainingOptions,
  type RunningStats,
  type RunningStatsPart,
  type RunningVariance,
  type SavedForBackward,
  type SavedForPart,
  type SavedForRenormBackward,
  type SavedForTrainingBackward,
  type StateDict,
  type StepLimitsOptions,
  type Tensor,
  type TrainingOptions,
  type TrainingResult,
  updateRunningStats,
  type UpdateRunningStatsOptions,
} from "@renorm/core-math";
