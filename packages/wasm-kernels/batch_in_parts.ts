import { core } from "./core.ts";
import type {
  AffineParameters,
  BackwardOptions,
  FloatArray,
  ForwardByMomentsOptions,
  Gradients,
  GradientSums,
  Moments,
  RunningStats,
  SavedForPart,
  Tensor,
} from "@renorm/core-math";
import { loops } from "./loops.ts";

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
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forwardByMoments, mergeMoments, moments } from "@renorm/wasm-kernels";
 *
 * const parts = [[1, 2], [6]].map((values) => ({
 *   data: Float32Array.from(values),
 *   shape: [values.length, 1],
 * }));
 * const batch = parts.map((part) => moments(part)).reduce(mergeMoments);
 * const [{ y }] = parts.map((part) => forwardByMoments(part, batch));
 * assert.equal(y.data[0].toFixed(4), (-2 / Math.sqrt(14 / 3)).toFixed(4));
 * ```
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
 * @throws {TypeError} When dy is not alike x, or `saved` is of a forward with a mask or of
 * inference.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forwardByMoments, gradientSums, moments } from "@renorm/wasm-kernels";
 *
 * const x = { data: Float32Array.of(1, 3), shape: [2, 1] };
 * const { saved } = forwardByMoments(x, moments(x));
 * const sums = gradientSums({ data: Float32Array.of(5, 7), shape: [2, 1] }, saved);
 * assert.deepEqual(sums, { sums: Float64Array.of(12), products: Float64Array.of(2) });
 * ```
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
 * @throws {TypeError} When dy or `out` is not alike x, `out` lies over x, these are no sums, or
 * `saved` is of a forward with a mask or of inference.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forwardByMoments, gradientSums, inputGradient, moments } from "@renorm/wasm-kernels";
 *
 * const x = { data: Float32Array.of(1, 3), shape: [2, 1] };
 * const dy = { data: Float32Array.of(1, 1), shape: [2, 1] };
 * const { saved } = forwardByMoments(x, moments(x), { bias: Float32Array.of(0) });
 * const { dx, dBias } = inputGradient(dy, saved, gradientSums(dy, saved));
 * assert.deepEqual([dx.data, dBias], [Float32Array.of(0, 0), Float32Array.of(2)]);
 * ```
 */
export function inputGradient<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForPart<A>,
  sums: GradientSums,
  options?: BackwardOptions<A>,
): Gradients<A> {
  return core.inputGradient(dy, saved, sums, options, loops);
}
