/** The loops where a mask leaves positions out: they run over those that count, laid end to end. */
import { arrayLike, type FloatArray, type Mask } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import type { InnerLoops } from "./inner_loops.ts";

/** A mask that was read, of which at least one position does not count. */
export interface ReadMask {
  /** A copy with a byte a position. */
  readonly mask: Mask & { readonly data: Uint8Array };
  /** Where the first channel of each position that counts lies. */
  readonly positions: Uint32Array;
  /** The tensor with all its positions. */
  readonly whole: ChannelView;
  /** Those that count, laid end to end in the order of the memory. */
  readonly view: ChannelView;
}

/** A mask over the positions of a tensor, of which `m` count. */
export function maskOver(mask: ReadMask["mask"], whole: ChannelView, m: number): ReadMask {
  const { channels, inner } = whole;
  const positions = new Uint32Array(m);
  let count = 0;
  mask.data.forEach((counts, i) => {
    if (counts) positions[count++] = Math.floor(i / inner) * channels * inner + i % inner;
  });
  const [outer, run] = inner === 1 ? [m, 1] : [1, m];
  return { mask, positions, whole, view: { outer, channels, inner: run, m } };
}

/** The loops of a forward: the positions that count make the moments, and y is written at all. */
export function maskedForward(loops: InnerLoops, read: ReadMask): InnerLoops {
  const { whole } = read;
  const masked: InnerLoops = {
    ...loops,
    moments: (x, view, moments) => loops.moments(gathered(x, read), view, moments),
    normalize: (x, _, map, y) => loops.normalize(x, whole, map, y),
    forward(x, view, moments, map, setMap, y) {
      masked.moments(x, view, moments);
      setMap({ from: 0, to: view.channels });
      masked.normalize(x, view, map, y);
    },
  };
  return masked;
}

/** The loops of a backward: dy is read at the positions that count, and dx is 0 at the others. */
export function maskedBackward(loops: InnerLoops, read: ReadMask): InnerLoops {
  return {
    ...loops,
    normalize(dy, view, map, dx) {
      const part = gathered(dy, read);
      loops.normalize(part, view, map, part);
      scatter(part, read, dx);
    },
    gradientSums(dy, x, ...rest) {
      loops.gradientSums(gathered(dy, read), gathered(x, read), ...rest);
    },
    backward(dy, x, view, sums, map, setMap, dx) {
      const part = gathered(dy, read);
      loops.backward(part, gathered(x, read), view, sums, map, setMap, part);
      scatter(part, read, dx);
    },
  };
}

/** The values at the positions that count. */
function gathered(values: FloatArray, read: ReadMask): FloatArray {
  const part = arrayLike(values, read.view.channels * read.view.m);
  forEachPlace(read, (own, whole) => part[own] = values[whole]);
  return part;
}

/** Writes them back, and 0 at the other positions. */
function scatter(part: FloatArray, read: ReadMask, values: FloatArray): void {
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
