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
  /** Where it belongs in the scratch memory, in values. */
  readonly offset: number;
}

/** Channels that are reduced, and then written, before the next have their turn. */
export interface Group {
  readonly from: number;
  readonly to: number;
  /** How often a channel stands in the tables: rows of few channels are taken several as one. */
  readonly times: number;
  /** Whether its blocks have room in the scratch memory, from the first loop to the second. */
  readonly stays: boolean;
  readonly blocks: readonly Block[];
}

/** Values in a row that are worth a copy of their own. */
const shortestRun = 1024;

/** Values of a block where not all have room. */
const usualBlock = 16384;

/**
 * Cuts a tensor into groups of at most `most` channels, and these into blocks for `fit` values;
 * null where a row has more channels than that.
 */
export function groupsOf(view: ChannelView, fit: number, most: number): Group[] | null {
  const { outer, channels, inner, m } = view;
  if (inner === 1) return channels > most ? null : [rowsOf(view, fit, most)];
  const whole = Math.min(Math.floor(fit / m), most);
  if (whole >= channels || whole * inner >= shortestRun) {
    const size = Math.ceil(channels / Math.ceil(channels / whole));
    return ranges(channels, size).map((range) => samplesOf(view, range, outer));
  }
  if (inner > usualBlock) return ranges(channels, 1).map(([c]) => planesOf(view, c));
  const size = Math.min(channels, most, Math.ceil(4 * shortestRun / inner));
  const samples = Math.max(1, Math.floor(usualBlock / (size * inner)));
  return ranges(channels, size).map((range) => samplesOf(view, range, samples));
}

type Range = readonly [from: number, to: number];

/** All channels of rows `[outer, channels, 1]`. */
function rowsOf({ outer, channels }: ChannelView, fit: number, most: number): Group {
  // Rows that vectors of four do not cut evenly, or of few channels, are taken several as one.
  let times = 1;
  while (2 * times * channels <= most && (times * channels % 4 > 0 || times * channels < 16)) {
    times *= 2;
  }
  const stays = outer * channels <= fit;
  const width = times * channels;
  const even = Math.floor(outer / times);
  const blockOf = (row: number, outer: number, width: number): Block => {
    const [start, length] = [row * times * channels, outer * width];
    const offset = stays ? start : 0;
    return { start, runs: 1, stride: 0, length, outer, channels: width, inner: 1, offset };
  };
  const rows = stays ? Math.max(1, even) : Math.max(1, Math.floor(usualBlock / width));
  const blocks = ranges(even, rows).map(([first, end]) => blockOf(first, end - first, width));
  const left = outer % times;
  if (left > 0) blocks.push(blockOf(even, 1, left * channels));
  return { from: 0, to: channels, times, stays, blocks };
}

/** Some channels, in blocks of so many samples. */
function samplesOf(
  { outer, channels, inner }: ChannelView,
  [from, to]: Range,
  samples: number,
): Group {
  const isWhole = to - from === channels;
  const [row, size] = [channels * inner, (to - from) * inner];
  const blocks = ranges(outer, samples).map(([first, end]): Block => ({
    start: first * row + from * inner,
    runs: isWhole ? 1 : end - first,
    stride: row,
    length: isWhole ? (end - first) * row : size,
    outer: end - first,
    channels: to - from,
    inner,
    offset: 0,
  }));
  return { from, to, times: 1, stays: blocks.length === 1, blocks };
}

/** One channel, in blocks of a part of a plane. */
function planesOf({ outer, channels, inner }: ChannelView, c: number): Group {
  const blocks = ranges(outer, 1).flatMap(([o]) =>
    ranges(inner, usualBlock).map(([first, end]): Block => {
      const [start, length] = [(o * channels + c) * inner + first, end - first];
      return { start, runs: 1, stride: 0, length, outer: 1, channels: 1, inner: length, offset: 0 };
    })
  );
  return { from: c, to: c + 1, times: 1, stays: false, blocks };
}

/** `[0, size], [size, 2·size], ...` up to `end`. */
function ranges(end: number, size: number): Range[] {
  return Array.from({ length: Math.ceil(end / size) }, (_, i) => [
    i * size,
    Math.min(end, (i + 1) * size),
  ]);
}
