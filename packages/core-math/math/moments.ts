import type { FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import type { InnerLoops } from "./inner_loops.ts";

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

/** The moments of a tensor. */
export function momentsOf(x: FloatArray, view: ChannelView, loops: InnerLoops): Moments {
  const moments = emptyMoments(view);
  loops.moments(x, view, moments);
  return moments;
}
