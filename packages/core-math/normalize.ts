import { checkVector, checkVectors, readFields, readOut } from "./checks/tensors.ts";
import { checkOptions } from "./checks/options.ts";
import { type ChannelView, readInput } from "./channel_view.ts";
import { type FloatArray, type Layout, type Tensor, tensorLike } from "./tensor.ts";

/** Scale γ and shift β of each channel; absent or null counts as 1 and 0. */
export interface AffineParameters {
  /** Scale γ a channel. */
  readonly weight?: Float32Array | Float64Array | null;
  /** Shift β a channel. */
  readonly bias?: Float32Array | Float64Array | null;
}

/** What {@linkcode normalize} applies to each channel. */
export interface Normalization extends AffineParameters {
  /** Mean per channel. */
  readonly mean: Float64Array;
  /** `1/√(variance + eps)` a channel. */
  readonly invStd: Float64Array;
  /** Scale correction per channel. Default 1. */
  readonly r?: Float64Array;
  /** Shift correction per channel. Default 0. */
  readonly d?: Float64Array;
}

/** Options of {@linkcode normalize}. */
export interface NormalizeOptions<A extends FloatArray = Float32Array> {
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** A tensor alike x to write into; it may not share memory with x. */
  out?: Tensor<A> | undefined;
}

/**
 * Computes `y = weight·((x − mean)·invStd·r + d) + bias` in each channel.
 *
 * The mean is taken off first and never folded into the shift, which would cancel beside a large
 * mean.
 *
 * @param x Tensor of rank 2 to 5.
 * @param normalization What to apply, one value per channel.
 * @param options Layout and `out`.
 * @returns `y`, of the shape and array kind of `x`: `out` where given, else a new tensor.
 * @throws {TypeError} For a malformed tensor, lengths that differ, `out` over `x`, or an unknown
 * option.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { normalize } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const mean = new Float64Array([2]);
 * const invStd = new Float64Array([1]);
 * const y = normalize(x, { mean, invStd, weight: new Float32Array([10]) });
 * assert.deepEqual(y.data, new Float32Array([-10, 10]));
 * ```
 */
export function normalize<A extends FloatArray>(
  x: Tensor<A>,
  normalization: Normalization,
  options: NormalizeOptions<A> = {},
): Tensor<A> {
  const owner = "normalize";
  const { layout, out } = checkOptions(owner, options, ["layout", "out"]);
  const input = readInput<A>(owner, x, layout);
  const plain = readFields(owner, "normalization", normalization, normalizationNames);
  checkNormalization(owner, plain, input.view.channels);
  const y = out ? readOut(owner, out, input.x) : tensorLike(input.x);
  normalizeInto(input.x.data, input.view, plain, y.data);
  return out ?? y;
}

/** The fields of a normalization. */
export const normalizationNames = ["mean", "invStd", "r", "d", "weight", "bias"] as const;

/** Throws unless `mean` and `invStd` are there, and each has one value per channel. */
export function checkNormalization(
  owner: string,
  fields: { readonly [Key in keyof Normalization]?: unknown },
  channels: number,
): asserts fields is Normalization {
  const { mean, invStd, r, d, weight, bias } = fields;
  checkVector(owner, "mean", mean, channels);
  checkVector(owner, "invStd", invStd, channels);
  checkVectors(owner, { r, d, weight, bias }, channels);
}

/** Writes y, for values that were checked. */
export function normalizeInto(
  x: FloatArray,
  view: ChannelView,
  normalization: Normalization,
  y: FloatArray,
): void {
  const { mean, d, weight, bias } = normalization;
  const shift = mean.map((_, c) =>
    (weight ? weight[c] : 1) * (d ? d[c] : 0) + (bias ? bias[c] : 0)
  );
  scaleAndShift(x, view, mean, channelScale(normalization), shift, y);
}

/** `weight·r·invStd` a channel. */
export function channelScale({ invStd, weight, r }: Normalization): Float64Array {
  return invStd.map((value, c) => (weight ? weight[c] : 1) * (r ? r[c] : 1) * value);
}

/** Writes `y = (x − mean)·scale + shift`. */
export function scaleAndShift(
  x: FloatArray,
  { channels, inner }: ChannelView,
  mean: Float64Array,
  scale: Float64Array,
  shift: Float64Array,
  y: FloatArray,
): void {
  if (inner === 1) {
    for (let i = 0; i < x.length;) {
      for (let c = 0; c < channels; c++, i++) y[i] = (x[i] - mean[c]) * scale[c] + shift[c];
    }
    return;
  }
  for (let i = 0; i < x.length;) {
    for (let c = 0; c < channels; c++) {
      const centre = mean[c];
      const factor = scale[c];
      const offset = shift[c];
      for (const end = i + inner; i < end; i++) y[i] = (x[i] - centre) * factor + offset;
    }
  }
}
