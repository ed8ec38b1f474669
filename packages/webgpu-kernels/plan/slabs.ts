import type { ChannelView } from "@renorm/core-math";

/**
 * A contiguous part of a tensor that fits one storage binding, as a shape
 * `[outer, channels, inner]` of its own.
 */
export interface Slab {
  /** Values before it in the tensor. */
  readonly start: number;
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
  /** Channels before its first. */
  readonly firstChannel: number;
  /** Its place among the slabs that hold the same channels, in order. */
  readonly indexInChannel: number;
}

/**
 * Cuts a tensor into slabs of at most `limit` values: whole outer runs where one fits, else runs of
 * whole channels, else runs inside a channel. Cuts fall on multiples of `step` values.
 */
export function slabsOf(view: ChannelView, limit: number, step: number): Slab[] {
  const { outer, channels, inner } = view;
  const run = channels * inner;
  const most = run <= limit
    ? { outer: Math.floor(limit / run), channels, inner }
    : inner <= limit
    ? { outer: 1, channels: Math.floor(limit / inner), inner }
    : { outer: 1, channels: 1, inner: Math.floor(limit / step) * step };
  const slabs: Slab[] = [];
  for (let o = 0; o < outer; o += most.outer) {
    for (let c = 0; c < channels; c += most.channels) {
      for (let i = 0; i < inner; i += most.inner) {
        slabs.push({
          start: (o * channels + c) * inner + i,
          outer: Math.min(most.outer, outer - o),
          channels: Math.min(most.channels, channels - c),
          inner: Math.min(most.inner, inner - i),
          firstChannel: c,
          indexInChannel: o / most.outer * Math.ceil(inner / most.inner) + i / most.inner,
        });
      }
    }
  }
  return slabs;
}
