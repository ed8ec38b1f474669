import assert from "node:assert/strict";
import { channelView } from "./channel_view.ts";

Deno.test("channelView() sees every rank and layout as [outer, channels, inner]", () => {
  assert.deepEqual(channelView([6, 5]), { outer: 6, channels: 5, inner: 1, m: 6 });
  assert.deepEqual(channelView([6, 5], "channels-last"), {
    outer: 6,
    channels: 5,
    inner: 1,
    m: 6,
  });
  assert.deepEqual(channelView([2, 3, 7]), { outer: 2, channels: 3, inner: 7, m: 14 });
  assert.deepEqual(channelView([2, 4, 5, 3], "channels-last"), {
    outer: 40,
    channels: 3,
    inner: 1,
    m: 40,
  });
  assert.deepEqual(channelView([2, 3, 2, 3, 4]), { outer: 2, channels: 3, inner: 24, m: 48 });
  assert.deepEqual(channelView([0, 3, 4, 4]), { outer: 0, channels: 3, inner: 16, m: 0 });
});

Deno.test("channelView() refuses other ranks, lengths and layouts", () => {
  for (const shape of [[], [3], [1, 2, 3, 4, 5, 6], [2, -1], [2, 1.5], [NaN, 3]]) {
    assert.throws(() => channelView(shape), {
      name: "TypeError",
      message: /^channelView expects a shape of 2 to 5 integers of at least 0: got \[/,
    });
  }
  assert.throws(() => channelView([2, 3], "nchw" as "channels-first"), {
    name: "RangeError",
    message: 'channelView expects layout to be "channels-first" or "channels-last": got "nchw"',
  });
});
