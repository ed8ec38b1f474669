import type { Limits } from "@renorm/schedule";
import { expects, readFields } from "@renorm/schedule/checks";
import { type BackwardOptions, readBackward } from "./checks/backward.ts";
import { checkOption, checkOptions } from "./checks/options.ts";
import { readMoments, readParameters } from "./checks/parameters.ts";
import { checkMoreThanOneValue, checkVector, readOut } from "./checks/tensors.ts";
import { readInput } from "./checks/view.ts";
import { forwardByMomentsOf, type SavedForTrainingBackward } from "./math/forward.ts";
import { type BackwardStep, type Gradients, gradientsBySums, sumsOf } from "./math/gradients.ts";
import type { GradientSums, InnerLoops } from "./math/inner_loops.ts";
import type { Moments } from "./math/moments.ts";
import { plainLoops } from "./math/plain_loops.ts";
import type { AffineParameters, FloatArray, Layout, RunningStats, Tensor } from "./tensor.ts";

/** Options of {@linkcode forwardByMoments}: with a limit it is batch renorm, else batch norm. */
export interface ForwardByMomentsOptions<A extends FloatArray = Float32Array>
  extends Partial<Limits> {
  /** Added to a variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor<A> | undefined;
}

/** What the forward of a part keeps for its backward. */
export type SavedForPart<A extends FloatArray = Float32Array> = SavedForTrainingBackward<A> & {
  /** Values per channel of the whole batch. */
  readonly m: number;
};

/**
 * The training forward of one part of a batch, by the moments of the whole:
 * `y = weight·((x − mean)/√(variance + eps)·r + d) + bias`.
 *
 * A batch in parts (micro-batches, workers) goes so: `moments` of each part, `mergeMoments`,
 * `forwardByMoments` of each part, `updateRunningStats` once by the merged moments; then
 * `gradientSums` of each part, `mergeGradientSums`, and `inputGradient` of each part. y, dx,
 * gradients and statistics are those of the whole batch, as SyncBatchNorm's are. Accumulating the
 * gradients of parts that are normalised by themselves is not the same: that is another function of
 * x.
 *
 * @param x The part, of rank 2 to 5; it may be empty.
 * @param batch Moments of the whole batch: of all parts, merged.
 * @param parameters `weight`, `bias` (optional); the running statistics before their update, to
 * which r and d correct, where there are limits. Nothing is written.
 * @param options Defaults: eps 1e-5, channels-first. With `rmax` or `dmax` it is batch renorm,
 * where the other is 3 or 5 by default.
 * @param loops The loops over the values. Default: plain ones.
 * @returns `y`, and `saved` for {@linkcode gradientSums} and {@linkcode inputGradient}.
 * @throws {TypeError} For malformed tensors and moments, lengths that differ or unknown options.
 * @throws {RangeError} For option values out of range, and for moments of one value or of less than
 * x has.
 * @see torch.nn.SyncBatchNorm
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forwardByMoments, mergeMoments, moments } from "@renorm/core-math";
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
  parameters: AffineParameters & Partial<RunningStats> = {},
  options: ForwardByMomentsOptions<A> = {},
  loops: InnerLoops = plainLoops,
): { readonly y: Tensor<A>; readonly saved: SavedForPart<A> } {
  const owner = "forwardByMoments";
  const names = ["eps", "layout", "out", "rmax", "dmax"];
  const { eps = 1e-5, layout = "channels-first", out, rmax, dmax } = checkOptions(
    owner,
    options,
    names,
  );
  const input = readInput<A>(owner, x, layout);
  const limits = rmax === undefined && dmax === undefined
    ? null
    : { rmax: rmax ?? 3, dmax: dmax ?? 5 };
  const { channels, m } = input.view;
  const given = readParameters(owner, parameters, channels, limits !== null);
  const whole = readMoments(owner, "batch", batch, channels);
  checkMoreThanOneValue(owner, whole.m, input.x.shape);
  checkWhole(owner, "batch.m", whole.m, m);
  const y = readOut(owner, out, input.x);
  const saved = forwardByMomentsOf(
    { ...input, mask: null, ...given, layout, eps, y },
    whole,
    limits,
    loops,
  );
  return { y: y.tensor, saved: { ...saved, m: whole.m } };
}

/**
 * The sums of one part of a batch that its backward needs: `Σdy` and `Σdy·(x − mean)` a channel.
 *
 * @param dy Gradient of the loss to the part's y.
 * @param saved What {@linkcode forwardByMoments} saved of the part.
 * @param loops The loops over the values. Default: plain ones.
 * @returns The sums; zeros for an empty part.
 * @throws {TypeError} When dy is not alike x, or `saved` is of a forward with a mask or of
 * inference.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forwardByMoments, gradientSums, moments } from "@renorm/core-math";
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
  loops: InnerLoops = plainLoops,
): GradientSums {
  return sumsOf(readPart("gradientSums", dy, saved, {}), loops);
}

/**
 * The sums of two parts together. Associative and, up to rounding, in any order.
 *
 * @param a Sums of one part.
 * @param b Sums of the other; the same number of channels.
 * @returns Their sums.
 * @throws {TypeError} When these are no sums, or the numbers of channels differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeGradientSums } from "@renorm/core-math";
 *
 * const part = (sum: number) => ({ sums: Float64Array.of(sum), products: Float64Array.of(1) });
 * assert.deepEqual(mergeGradientSums(part(2), part(3)).sums, Float64Array.of(5));
 * ```
 */
export function mergeGradientSums(a: GradientSums, b: GradientSums): GradientSums {
  const owner = "mergeGradientSums";
  const first = readSums(owner, "a", a);
  const second = readSums(owner, "b", b, first.sums.length);
  return {
    sums: Float64Array.from(first.sums, (sum, c) => sum + second.sums[c]),
    products: Float64Array.from(first.products, (sum, c) => sum + second.products[c]),
  };
}

/**
 * The gradient to one part of a batch, by the sums of the whole:
 * `dx = weight·r·invStd·(dy − S0/m − z·S1/m)` with S0, S1 and m over all parts. The gradients to
 * weight and bias are those of the whole batch: every part gives the same, so take them once.
 *
 * @param dy Gradient of the loss to the part's y.
 * @param saved What {@linkcode forwardByMoments} saved of the part.
 * @param sums Those of all parts, merged.
 * @param options `out` for dx.
 * @param loops The loops over the values. Default: plain ones.
 * @returns dx of the part, and dWeight and dBias of the whole.
 * @throws {TypeError} When dy or `out` is not alike x, `out` lies over x, these are no sums, or
 * `saved` is of a forward with a mask or of inference.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forwardByMoments, gradientSums, inputGradient, moments } from "@renorm/core-math";
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
  options: BackwardOptions<A> = {},
  loops: InnerLoops = plainLoops,
): Gradients<A> {
  const owner = "inputGradient";
  const step = readPart(owner, dy, saved, options);
  const { m } = readFields(owner, "saved", saved, ["m"]);
  checkOption(owner, "m", m);
  checkWhole(owner, "saved.m", m as number, step.view.m);
  const whole = readSums(owner, "sums", sums, step.view.channels);
  return gradientsBySums(step, whole, m as number, loops);
}

/** What the backward of a part works on: neither under a mask nor by a fixed map. */
function readPart<A extends FloatArray>(
  owner: string,
  dy: Tensor<A>,
  saved: SavedForPart<A>,
  options: BackwardOptions<A>,
): BackwardStep<A> {
  const step = readBackward(owner, dy, saved, options);
  if (!step.mask && !step.isFixed) return step;
  const got = step.mask ? "that of a forward with a mask" : "that of a fixed map";
  throw new TypeError(expects(owner, "what forwardByMoments saved", got));
}

function checkWhole(owner: string, name: string, whole: number, part: number): void {
  if (whole >= part) return;
  const wanted = `${name} to be at least the ${part} values per channel of x`;
  throw new RangeError(expects(owner, wanted, String(whole)));
}

function readSums(owner: string, name: string, given: unknown, channels?: number): GradientSums {
  const { sums, products } = readFields(owner, name, given, ["sums", "products"]);
  checkVector(owner, `${name}.sums`, sums, channels);
  checkVector(owner, `${name}.products`, products, sums.length);
  return { sums, products } as GradientSums;
}
