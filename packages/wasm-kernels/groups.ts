import type { ChannelView } from "@renorm/core-math/loops";

/**
 * A part of a tensor that a loop takes at a time: pieces, in each some columns of pairs of vectors,
 * eight values. A column is a plane of one channel, channels-first, or eight channels of the rows
 * of the piece.
 */
export interface Block {
  /** Its first value in the tensor. */
  readonly start: number;
  /** Values of a piece, and from one piece to the next in the tensor. */
  readonly size: number;
  readonly stride: number;
  /** Values that the last row has less than the others: it takes several rows as one. */
  readonly missing: number;
  /** Where it belongs in the scratch memory, in values. */
  readonly offset: number;
  /**
   * What every loop takes of it: pieces; columns, and bytes from one to the next; pairs, and bytes
   * from one to the next; values that the pairs leave over.
   */
  readonly counts: readonly number[];
}

/** Channels that are reduced, and then written, before the next have their turn. */
export interface Group {
  readonly from: number;
  readonly to: number;
  /** How often a channel stands in the tables. */
  readonly times: number;
  /** How far it is from one of them to the next, and from one channel to the next. */
  readonly next: number;
  readonly lanes: number;
  /** Whether its blocks have room in the scratch memory, from the first loop to the second. */
  readonly stays: boolean;
  readonly blocks: readonly Block[];
}

/** Values in a row that are worth a copy of their own. */
const shortestRun = 1024;

/** Values of a block where not all have room. */
const usualBlock = 131072;

/** Values of a piece of rows, column by column, and its most rows. */
const usualPiece = 8192;
const mostRows = 32;

/**
 * Cuts a tensor into groups that take at most `most` lanes of the tables, and these into blocks for
 * `fit` values; null where a row has more channels than that, or is not made of whole vectors.
 */
export function groupsOf(view: ChannelView, fit: number, most: number): Group[] | null {
  const { outer, channels, inner, m } = view;
  if (inner === 1) return rowsOf(view, fit, most);
  const whole = Math.min(Math.floor(fit / m), most / 8);
  if (whole >= channels || whole * inner >= shortestRun) {
    const size = Math.ceil(channels / Math.ceil(channels / whole));
    return ranges(channels, size).map((range) => samplesOf(view, range, outer));
  }
  if (inner > usualBlock) return ranges(channels, 1).map(([c]) => planesOf(view, c));
  const size = Math.min(channels, Math.ceil(4 * shortestRun / inner));
  const samples = Math.max(1, Math.floor(usualBlock / (size * inner)));
  return ranges(channels, size).map((range) => samplesOf(view, range, samples));
}

type Range = readonly [from: number, to: number];

/** All channels of rows `[outer, channels, 1]`. */
function rowsOf({ outer, channels }: ChannelView, fit: number, most: number): Group[] | null {
  // Rows that pairs of vectors do not cut evenly, or of few channels, are taken several as one.
  let times = 1;
  while (2 * times * channels <= most && (times * channels % 8 > 0 || times * channels < 16)) {
    times *= 2;
  }
  const width = times * channels;
  if (width > most || width % 8 > 0) return null;
  const rows = Math.ceil(outer / times);
  const stays = rows * width <= fit;
  const missing = (rows * times - outer) * channels;
  // Eight rows at least, since eight vectors are summed together.
  const count = Math.min(mostRows, 8 * Math.ceil(usualPiece / width / 8));
  const pieces = Math.max(1, Math.floor(usualBlock / (count * width)));
  const blockOf = (row: number, count: number, outer: number, missing: number): Block => {
    const [start, size] = [row * width, count * width];
    const counts = [outer, width / 8, 32, count, 4 * width, 0];
    return { start, size, stride: size, missing, offset: stays ? start : 0, counts };
  };
  const even = rows - (missing ? 1 : 0);
  const whole = Math.floor(even / count);
  const blocks = ranges(whole, stays ? whole : pieces).map(([first, end]) =>
    blockOf(first * count, count, end - first, 0)
  );
  if (even % count) blocks.push(blockOf(whole * count, even % count, 1, 0));
  if (missing) blocks.push(blockOf(even, 1, 1, missing));
  return [{ from: 0, to: channels, times, next: channels, lanes: 1, stays, blocks }];
}

/** Some channels, in blocks of so many samples. */
function samplesOf({ outer, channels, inner }: ChannelView, [from, to]: Range, n: number): Group {
  const row = channels * inner;
  const blocks = ranges(outer, n).map(([first, end]) =>
    planes(first * row + from * inner, end - first, row, to - from, inner)
  );
  return { from, to, ...ofPlanes, stays: blocks.length === 1, blocks };
}

/** One channel, in blocks of a part of a plane, of which the last is not shorter than a pair. */
function planesOf({ outer, channels, inner }: ChannelView, c: number): Group {
  const blocks = ranges(outer, 1).flatMap(([o]) =>
    ranges(inner - 7, usualBlock).map(([first, end]) => {
      const size = (end === inner - 7 ? inner : end) - first;
      return planes((o * channels + c) * inner + first, 1, size, 1, size);
    })
  );
  return { from: c, to: c + 1, ...ofPlanes, stays: false, blocks };
}

/** Eight lanes of a plane take values of its channel. */
const ofPlanes = { times: 8, next: 1, lanes: 8 } as const;

/** A block of planes, `stride` values from one sample to the next. */
function planes(
  start: number,
  outer: number,
  stride: number,
  channels: number,
  inner: number,
): Block {
  const counts = [outer, channels, 4 * inner, inner >> 3, 32, inner & 7];
  return { start, size: channels * inner, stride, missing: 0, offset: 0, counts };
}

/** `[0, size], [size, 2·size], ...` up to `end`. */
function ranges(end: number, size: number): Range[] {
  return Array.from({ length: Math.ceil(end / size) }, (_, i) => [
    i * size,
    Math.min(end, (i + 1) * size),
  ]);
}
