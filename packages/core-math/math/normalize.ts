import type { AffineParameters, FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";

/** What `normalize` applies to each channel. */
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

/** Writes `y = weight·((x − mean)·invStd·r + d) + bias`. */
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
