import type { AffineParameters, FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import type { ChannelMap, ChannelRange, InnerLoops } from "./inner_loops.ts";

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

/** A map that is still to be set. */
export function emptyMap(mean: Float64Array): ChannelMap {
  return { mean, scale: new Float64Array(mean.length), shift: new Float64Array(mean.length) };
}

/** Sets the map `y = weight·((x − mean)·invStd·r + d) + bias` of some channels. */
export function setChannelMap(
  { scale, shift }: ChannelMap,
  normalization: Normalization,
  { from, to }: ChannelRange,
): void {
  const { d, weight, bias } = normalization;
  for (let c = from; c < to; c++) {
    scale[c] = channelScale(normalization, c);
    shift[c] = (weight ? weight[c] : 1) * (d ? d[c] : 0) + (bias ? bias[c] : 0);
  }
}

/** `weight·r·invStd` of a channel. */
export function channelScale({ invStd, weight, r }: Normalization, c: number): number {
  return (weight ? weight[c] : 1) * (r ? r[c] : 1) * invStd[c];
}

/** Writes `y = weight·((x − mean)·invStd·r + d) + bias`. */
export function normalizeInto(
  x: FloatArray,
  view: ChannelView,
  normalization: Normalization,
  y: FloatArray,
  loops: InnerLoops,
): void {
  const map = emptyMap(normalization.mean);
  setChannelMap(map, normalization, { from: 0, to: view.channels });
  loops.normalize(x, view, map, y);
}
