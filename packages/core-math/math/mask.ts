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
export function gathered<A extends FloatArray>(values: A, { positions, whole, view }: ReadMask): A {
  const { channels, m } = view;
  const part = arrayLike(values, channels * m);
  if (whole.inner === 1) {
    for (let k = 0, own = 0; k < m; k++) {
      for (let c = 0, i = positions[k]; c < channels; c++) part[own++] = values[i++];
    }
  } else {
    for (let c = 0, own = 0; c < channels; c++) {
      for (let k = 0, first = c * whole.inner; k < m; k++) {
        part[own++] = values[first + positions[k]];
      }
    }
  }
  return part;
}

/** Writes them back, and 0 at the other positions. */
export function scatter(
  part: FloatArray,
  { positions, whole, view }: ReadMask,
  values: FloatArray,
): void {
  const { channels, m } = view;
  values.fill(0);
  if (whole.inner === 1) {
    for (let k = 0, own = 0; k < m; k++) {
      for (let c = 0, i = positions[k]; c < channels; c++) values[i++] = part[own++];
    }
  } else {
    for (let c = 0, own = 0; c < channels; c++) {
      for (let k = 0, first = c * whole.inner; k < m; k++) {
        values[first + positions[k]] = part[own++];
      }
    }
  }
}
