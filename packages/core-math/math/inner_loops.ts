import type { FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";

/** Channels from `from` up to, not with, `to`. */
export interface ChannelRange {
  /** The first. */
  readonly from: number;
  /** The one after the last. */
  readonly to: number;
}

/** Where the moments of each channel are written. */
export interface ChannelMoments {
  /** `Σx / m`. */
  readonly mean: Float64Array;
  /** `Σ(x − mean)² / m`. */
  readonly variance: Float64Array;
}

/** `y = (x − mean)·scale + shift` in each channel. */
export interface ChannelMap {
  /** Taken off first. */
  readonly mean: Float64Array;
  /** Factor of what is left. */
  readonly scale: Float64Array;
  /** Added last. */
  readonly shift: Float64Array;
}

/** Where the sums of a backward are written, one of each a channel. */
export interface GradientSums {
  /** `Σdy`. */
  readonly sums: Float64Array;
  /** `Σdy·(x − mean)`. */
  readonly products: Float64Array;
}

/** `dx = ofDy·dy + ofX·(x − mean) + constant` in each channel. */
export interface GradientMap {
  /** Taken off x. */
  readonly mean: Float64Array;
  /** Factor of what is left of x. */
  readonly ofX: Float64Array;
  /** Factor of dy. */
  readonly ofDy: Float64Array;
  /** Added last. */
  readonly constant: Float64Array;
}

/**
 * The loops over the values of a tensor, in which all the time goes; the rest is work a channel.
 * The functions and layers take them, so that other loops can stand in for the plain ones. They
 * trust what they get: arrays of one kind as long as the view says, and a value per channel in the
 * others.
 */
export interface InnerLoops {
  /** Writes the moments of x; NaN or infinity where a channel has some, zeros where it is empty. */
  moments(x: FloatArray, view: ChannelView, moments: ChannelMoments): void;
  /** Applies the map to x. */
  normalize(x: FloatArray, view: ChannelView, map: ChannelMap, y: FloatArray): void;
  /** Writes the sums of a backward. */
  gradientSums(
    dy: FloatArray,
    x: FloatArray,
    view: ChannelView,
    mean: Float64Array,
    sums: GradientSums,
  ): void;
  /** Applies the map to dy and x; dx may be dy. */
  inputGradient(
    dy: FloatArray,
    x: FloatArray,
    view: ChannelView,
    map: GradientMap,
    dx: FloatArray,
  ): void;
  /**
   * The first two, one after the other, for all channels or for some after others, which spares a
   * way through the memory. `setMap` is called between them: the range has its moments then, and
   * its map is asked for, whose mean is that of the moments.
   */
  forward(
    x: FloatArray,
    view: ChannelView,
    moments: ChannelMoments,
    map: ChannelMap,
    setMap: (range: ChannelRange) => void,
    y: FloatArray,
  ): void;
  /** The last two likewise; the mean of the map is there from the start. */
  backward(
    dy: FloatArray,
    x: FloatArray,
    view: ChannelView,
    sums: GradientSums,
    map: GradientMap,
    setMap: (range: ChannelRange) => void,
    dx: FloatArray,
  ): void;
}
