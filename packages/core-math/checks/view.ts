import { expects, reading, show } from "@renorm/schedule/checks";
import { type ChannelView, viewOf } from "../math/channel_view.ts";
import type { FloatArray, Layout, Tensor } from "../tensor.ts";
import { checkOption, mostChannels } from "./options.ts";
import { readShape, readTensor } from "./tensors.ts";

/** Reads a shape, checks it and views it as `[outer, channels, inner]`. */
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
