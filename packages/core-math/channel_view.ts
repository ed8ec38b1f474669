import { checkedView } from "./checks/view.ts";
import type { ChannelView } from "./math/channel_view.ts";
import type { Layout } from "./tensor.ts";

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
