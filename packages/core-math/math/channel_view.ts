import type { Layout } from "../tensor.ts";

/**
 * A tensor of any rank seen as `[outer, channels, inner]`, row-major.
 *
 * `m = outer · inner` is the number of values a channel has.
 */
export interface ChannelView {
  /** How often the run of all channels repeats: `n`, or `n · spatial` in channels-last. */
  readonly outer: number;
  /** Number of channels. */
  readonly channels: number;
  /** Length of the contiguous run of one channel: `spatial`, or 1 in channels-last and `[n, c]`. */
  readonly inner: number;
  /** Values per channel. */
  readonly m: number;
}

/** A shape of rank 2 to 5 as `[outer, channels, inner]`. */
export function viewOf(shape: readonly number[], layout: Layout): ChannelView {
  const last = layout === "channels-last";
  const channels = last ? shape[shape.length - 1] : shape[1];
  const spatial = (last ? shape.slice(1, -1) : shape.slice(2)).reduce((a, b) => a * b, 1);
  const outer = last ? shape[0] * spatial : shape[0];
  const inner = last ? 1 : spatial;
  return { outer, channels, inner, m: outer * inner };
}
