import { expects, reading, readShape, readTensor, show } from "./checks/tensors.ts";
import { checkOption, mostChannels } from "./checks/options.ts";
import type { FloatArray, Layout, Tensor } from "./tensor.ts";

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

/**
 * Views a shape of rank 2 to 5 as `[outer, channels, inner]`, so that each algorithm is written
 * once for every rank and both layouts: NCHW is `[n, c, h·w]`, NHWC is `[n·h·w, c, 1]` and NC is
 * `[n, c, 1]`.
 *
 * @param shape `[n, c, ...spatial]`, or `[n, ...spatial, c]` in channels-last.
 * @param layout Where the channels stand. Default `"channels-first"`.
 * @returns The view.
 * @throws {TypeError} When the rank is not 2 to 5 or a length is not an integer of at least 0.
 * @throws {RangeError} When the layout is neither of the two or the values cannot be counted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { channelView } from "@renorm/core-math";
 *
 * assert.deepEqual(channelView([8, 64, 32, 32]), {
 *   outer: 8,
 *   channels: 64,
 *   inner: 1024,
 *   m: 8192,
 * });
 * assert.equal(channelView([8, 32, 32, 64], "channels-last").outer, 8192);
 * ```
 */
export function channelView(
  shape: readonly number[],
  layout: Layout = "channels-first",
): ChannelView {
  return checkedView("channelView", shape, layout);
}

/** The same for a caller of another name. */
export function checkedView(
  owner: string,
  given: readonly number[],
  layout: Layout = "channels-first",
): ChannelView {
  checkOption(owner, "layout", layout);
  const shape = reading(owner, "a shape", () => readShape(given));
  if (!shape || shape.length < 2 || shape.length > 5) {
    throw new TypeError(expects(owner, "a shape of 2 to 5 integers of at least 0", show(given)));
  }
  const view = viewOf(shape, layout);
  // Where there are values, they have taken more memory than what is made for each channel.
  const isLarge = view.m === 0 && view.channels > mostChannels;
  const { outer, inner, m } = view;
  if (isLarge || ![outer, inner, m].every(Number.isSafeInteger)) {
    throw new RangeError(expects(owner, "a shape of fewer values or channels", show(shape)));
  }
  return view;
}

/** The same for a shape that was checked. */
export function viewOf(shape: readonly number[], layout: Layout): ChannelView {
  const last = layout === "channels-last";
  const channels = last ? shape[shape.length - 1] : shape[1];
  const spatial = (last ? shape.slice(1, -1) : shape.slice(2)).reduce((a, b) => a * b, 1);
  const outer = last ? shape[0] * spatial : shape[0];
  const inner = last ? 1 : spatial;
  return { outer, channels, inner, m: outer * inner };
}

/** The input of a call as plain values, with its view. */
export interface Input<A extends FloatArray> {
  readonly x: Tensor<A>;
  readonly view: ChannelView;
}

/** Reads the input of a call and checks it. */
export function readInput<A extends FloatArray>(
  owner: string,
  given: unknown,
  layout: Layout | undefined,
): Input<A> {
  const x = readTensor<A>(owner, "x", given);
  return { x, view: checkedView(owner, x.shape, layout) };
}
