import type { ChannelView } from "@renorm/core-math/loops";

/** A part of a tensor that a loop takes at a time: itself `[outer, channels, inner]`. */
export interface Block {
  /** Its first value in the tensor. */
  readonly start: number;
  /** It lies in so many runs of `length` values, `stride` values from one start to the next. */
  readonly runs: number;
  readonly stride: number;
  readonly length: number;
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/** Channels that are reduced, block after block, and then written before the next have their turn. */
export interface Group {
  readonly from: number;
  readonly to: number;
  /** A single one stays in the scratch memory, or the cache, from the first loop to the second. */
  readonly blocks: readonly Block[];
}

/** Values in a row that are worth a copy of their own. */
const shortestRun = 1024;

/** Values of a block where several make up a group. */
const usualBlock = 16384;

/** Cuts a tensor into groups of at most `most` channels and blocks of at most `fit` values. */
export function groupsOf(view: ChannelView, fit: number, most: number): Group[] {
  const { outer, channels, inner, m } = view;
  const whole = Math.min(Math.floor(fit / m), most);
  if (whole >= channels || whole * inner >= shortestRun) {
    const size = Math.ceil(channels / Math.ceil(channels / whole));
    return ranges(channels, size).map((range) => samplesOf(view, range, outer));
  }
  if (inner > usualBlock) return ranges(channels, 1).map(([c]) => planesOf(view, c));
  // Channels-last there is no other way than all channels at once.
  const size = inner === 1 ? channels : Math.ceil(4 * shortestRun / inner);
  return ranges(channels, Math.min(size, most)).map((range) =>
    samplesOf(view, range, Math.max(1, Math.floor(usualBlock / (size * inner))))
  );
}

type Range = readonly [from: number, to: number];

/** Some channels, in blocks of so many samples (channels-last: rows). */
function samplesOf({ outer, channels, inner }: ChannelView, [from, to]: Range, most: number) {
  const isWhole = to - from === channels;
  const [row, size] = [channels * inner, (to - from) * inner];
  const blocks = ranges(outer, most).map(([first, end]): Block => ({
    start: first * row + from * inner,
    runs: isWhole ? 1 : end - first,
    stride: row,
    length: isWhole ? (end - first) * row : size,
    outer: end - first,
    channels: to - from,
    inner,
  }));
  return { from, to, blocks };
}

/** One channel, in blocks of a part of a plane. */
function planesOf({ outer, channels, inner }: ChannelView, c: number): Group {
  const blocks = ranges(outer, 1).flatMap(([o]) =>
    ranges(inner, usualBlock).map(([first, end]): Block => {
      const [start, length] = [(o * channels + c) * inner + first, end - first];
      return { start, runs: 1, stride: 0, length, outer: 1, channels: 1, inner: length };
    })
  );
  return { from: c, to: c + 1, blocks };
}

/** `[0, size], [size, 2·size], ...` up to `end`. */
function ranges(end: number, size: number): Range[] {
  return Array.from({ length: Math.ceil(end / size) }, (_, i) =>
    [
      i * size,
      Math.min(end, (i + 1) * size),
    ] as const);
}
