import type { FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import type { InnerLoops } from "./inner_loops.ts";
import { gathered, type ReadMask } from "./mask.ts";

/** Mean and biased variance of each channel, with the number of values behind them. */
export interface Moments {
  /** Mean per channel, float64. */
  readonly mean: Float64Array;
  /** Biased variance per channel (divided by `m`), float64, never below 0. */
  readonly variance: Float64Array;
  /** Values per channel. */
  readonly m: number;
}

/** Moments that are still to be written. */
export function emptyMoments({ channels, m }: ChannelView): Moments {
  return { mean: new Float64Array(channels), variance: new Float64Array(channels), m };
}

/** The moments of a tensor, of the positions that count under a mask. */
export function momentsOf(
  x: FloatArray,
  whole: ChannelView,
  mask: ReadMask | null,
  loops: InnerLoops,
): Moments {
  const view = mask?.view ?? whole;
  const moments = emptyMoments(view);
  loops.moments(mask ? gathered(x, mask) : x, view, moments);
  return moments;
}
