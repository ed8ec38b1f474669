/** The functions of core-math over the loops in WebAssembly. */
import * as core from "@renorm/core-math";
import type {
  AffineParameters,
  BackwardOptions,
  FloatArray,
  ForwardByMomentsOptions,
  Gradients,
  GradientSums,
  InferenceOptions,
  InferenceResult,
  Moments,
  MomentsOptions,
  Normalization,
  NormalizeOptions,
  RenormTrainingOptions,
  RunningStats,
  SavedForBackward,
  SavedForPart,
  SavedForRenormBackward,
  Tensor,
  TrainingOptions,
  TrainingResult,
} from "@renorm/core-math";
import { loops } from "./loops.ts";

/**
 * Batch norm in training: `batchNormForward` of core-math, with its formula, options and errors.
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
 */
export function batchNormForward<A extends FloatArray>(
  x: Tensor<A>,
  parameters?: AffineParameters & Partial<RunningStats>,
  options?: TrainingOptions<A>,
): TrainingResult<SavedForBackward<A>, A> {
  return core.batchNormForward(x, parameters, options, loops);
}

/**
 * Backward of {@linkcode batchNormForward}: `batchNormBackward` of core-math.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved; x and weight must still hold what they held then.
 * @param options `out` for dx.
 * @returns The gradients. For an empty batch dx is empty and the others are zero.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 * @see Ioffe and Szegedy 2015, "Batch Normalization", section 3
 */
export function batchNormBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForBackward<A>,
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.batchNormBackward(dy, saved, options, loops);
}

/**
 * Batch renorm in training: `batchRenormForward` of core-math, with its formula, options and errors.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias` (optional), running statistics: one value per channel; the
 * running statistics are written.
 * @param options Defaults: rmax 3, dmax 5, eps 1e-5, momentum 0.1, channels-first, biased, skip,
 * update.
 * @returns `y`, `saved` for {@linkcode batchRenormBackward}, and the number of skipped channels.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} For option values out of range, for one value per channel, and for a channel
 * that is not finite under `onNonFinite: "throw"`. Nothing has changed then.
 * @see Ioffe 2017, "Batch Renormalization", Algorithm 1
 */
export function batchRenormForward<A extends FloatArray>(
  x: Tensor<A>,
  parameters: AffineParameters & RunningStats,
  options?: RenormTrainingOptions<A>,
): TrainingResult<SavedForRenormBackward<A>, A> {
  return core.batchRenormForward(x, parameters, options, loops);
}

/**
 * Backward of {@linkcode batchRenormForward}: `batchRenormBackward` of core-math.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved; x and weight must still hold what they held then.
 * @param options `out` for dx.
 * @returns The gradients. For an empty batch dx is empty and the others are zero.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 * @see Ioffe 2017, "Batch Renormalization", section 3
 */
export function batchRenormBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForRenormBackward<A>,
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.batchRenormBackward(dy, saved, options, loops);
}

/**
 * The fixed map of the running statistics: `batchNormInference` of core-math.
 *
 * @param x Tensor of rank 2 to 5.
 * @param parameters `weight`, `bias` (optional), running statistics: one value per channel.
 * @param options Defaults: eps 1e-5, channels-first.
 * @returns `y`, and `saved` for the backward.
 * @throws {TypeError} For malformed tensors, lengths that differ or unknown options.
 * @throws {RangeError} When eps is not above 0.
 * @see torch.nn.functional.batch_norm with `training=False`
 */
export function batchNormInference<A extends FloatArray>(
  x: Tensor<A>,
  parameters: AffineParameters & RunningStats,
  options?: InferenceOptions<A>,
): InferenceResult<A> {
  return core.batchNormInference(x, parameters, options, loops);
}

/**
 * Backward of {@linkcode batchNormInference}: `batchNormInferenceBackward` of core-math.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved.
 * @param options `out` for dx.
 * @returns The gradients.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 */
export function batchNormInferenceBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForBackward<A>,
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.batchNormInferenceBackward(dy, saved, options, loops);
}

/**
 * Mean and biased variance of each channel: `moments` of core-math.
 *
 * @param x Tensor of rank 2 to 5.
 * @param options The layout.
 * @returns The moments; zeros with `m = 0` for an empty batch. A NaN or an infinity in a channel
 * makes the moments of that channel non-finite.
 * @throws {TypeError} For a malformed tensor, a rank outside 2 to 5 or an unknown option.
 * @see torch.var_mean with `correction=0`
 */
export function moments<A extends FloatArray>(
  x: Tensor<A>,
  options?: MomentsOptions,
): Moments {
  return core.moments(x, options, loops);
}

/**
 * `y = weight·((x − mean)·invStd·r + d) + bias`: `normalize` of core-math.
 *
 * @param x Tensor of rank 2 to 5.
 * @param normalization What to apply, one value per channel.
 * @param options Layout and `out`.
 * @returns `y`, of the shape and array kind of `x`: `out` where given, else a new tensor.
 * @throws {TypeError} For a malformed tensor, lengths that differ, `out` over `x`, or an unknown
 * option.
 */
export function normalize<A extends FloatArray>(
  x: Tensor<A>,
  normalization: Normalization,
  options?: NormalizeOptions<A>,
): Tensor<A> {
  return core.normalize(x, normalization, options, loops);
}

/**
 * The training forward of a part of a batch by the moments of the whole: `forwardByMoments` of
 * core-math, with its formula, options and errors.
 *
 * @param x The part, of rank 2 to 5; it may be empty.
 * @param batch Moments of the whole batch: of all parts, merged.
 * @param parameters `weight`, `bias` (optional); the running statistics before their update.
 * @param options Defaults: eps 1e-5, channels-first. With `rmax` or `dmax` it is batch renorm.
 * @returns `y`, and `saved` for {@linkcode gradientSums} and {@linkcode inputGradient}.
 * @throws {TypeError} For malformed tensors and moments, lengths that differ or unknown options.
 * @throws {RangeError} For option values out of range, and for moments of one value or of less than
 * x has.
 * @see torch.nn.SyncBatchNorm
 */
export function forwardByMoments<A extends FloatArray>(
  x: Tensor<A>,
  batch: Moments,
  parameters?: AffineParameters & Partial<RunningStats>,
  options?: ForwardByMomentsOptions<A>,
): { readonly y: Tensor<A>; readonly saved: SavedForPart<A> } {
  return core.forwardByMoments(x, batch, parameters, options, loops);
}

/**
 * `Σdy` and `Σdy·(x − mean)` of a part: `gradientSums` of core-math.
 *
 * @param dy Gradient of the loss to the part's y.
 * @param saved What {@linkcode forwardByMoments} saved of the part.
 * @returns The sums; zeros for an empty part.
 * @throws {TypeError} When dy is not alike x.
 */
export function gradientSums<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForPart<A>,
): GradientSums {
  return core.gradientSums(dy, saved, loops);
}

/**
 * The gradient to a part by the sums of the whole batch: `inputGradient` of core-math.
 *
 * @param dy Gradient of the loss to the part's y.
 * @param saved What {@linkcode forwardByMoments} saved of the part.
 * @param sums Those of all parts, merged.
 * @param options `out` for dx.
 * @returns dx of the part, and dWeight and dBias of the whole.
 * @throws {TypeError} When dy or `out` is not alike x, `out` lies over x, or these are no sums.
 */
export function inputGradient<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForPart<A>,
  sums: GradientSums,
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.inputGradient(dy, saved, sums, options, loops);
}
