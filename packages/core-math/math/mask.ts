/** The positions that count under a mask, laid end to end for the loops, and back. */
import { arrayLike, type FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";

/** A mask that was read, of which at least one position does not count. */
export interface ReadMask {
  /** A copy with a byte a position. */
  readonly flags: Uint8Array;
  /** Where the first channel of each position that counts lies. */
  readonly positions: Uint32Array;
  /** The tensor with all its positions. */
  readonly whole: ChannelView;
  /** Those that count, laid end to end in the order of the memory. */
  readonly view: ChannelView;
}

/** The values at the positions that count. */
export function gathered<A extends FloatArray>(values: A, read: ReadMask): A {
  const part = arrayLike(values, read.view.channels * read.view.m);
  forEachPlace(read, (own, whole) => part[own] = values[whole]);
  return part;
}

/** Writes them back, and 0 at the other positions. */
export function scatter(part: FloatArray, read: ReadMask, values: FloatArray): void {
  values.fill(0);
  forEachPlace(read, (own, whole) => values[whole] = part[own]);
}

/** Calls with each place among those that count, and where that is in the whole tensor. */
function forEachPlace(
  { positions, whole, view: { outer, channels, inner } }: ReadMask,
  visit: (own: number, whole: number) => void,
): void {
  let own = 0;
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      // Of outer and inner one is 1: together they count the positions.
      for (let i = 0; i < inner; i++) visit(own++, positions[o + i] + c * whole.inner);
    }
  }
}
