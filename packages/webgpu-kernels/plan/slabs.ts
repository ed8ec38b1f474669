import type { ChannelView } from "@renorm/core-math";

/**
 * A contiguous part of a tensor that fits one storage binding, as a shape `[outer, channels, inner]`
 * of its own.
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
  if (run <= limit) {
    return cut(outer, Math.floor(limit / run), (first, count, index) => ({
      start: first * run,
      outer: count,
      channels,
      inner,
      firstChannel: 0,
      indexInChannel: index,
    }));
  }
  if (inner <= limit) {
    return eachOuter(outer, (o) =>
      cut(channels, Math.floor(limit / inner), (first, count) => ({
        start: o * run + first * inner,
        outer: 1,
        channels: count,
        inner,
        firstChannel: first,
        indexInChannel: o,
      })));
  }
  const piece = Math.floor(limit / step) * step;
  const pieces = Math.ceil(inner / piece);
  return eachOuter(
    outer,
    (o) =>
      eachOuter(channels, (c) =>
        cut(inner, piece, (first, count, index) => ({
          start: o * run + c * inner + first,
          outer: 1,
          channels: 1,
          inner: count,
          firstChannel: c,
          indexInChannel: o * pieces + index,
        }))),
  );
}

function eachOuter(count: number, slabs: (index: number) => Slab[]): Slab[] {
  return Array.from({ length: count }, (_, index) => slabs(index)).flat();
}

function cut(
  total: number,
  size: number,
  slab: (first: number, count: number, index: number) => Slab,
): Slab[] {
  const count = Math.ceil(total / size);
  return Array.from(
    { length: count },
    (_, index) => slab(index * size, Math.min(size, total - index * size), index),
  );
}
