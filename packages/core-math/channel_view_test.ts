import assert from "node:assert/strict";
import { channelView } from "./channel_view.ts";
import type { Layout } from "./tensor.ts";

Deno.test("channelView() folds every rank and both layouts to [outer, channels, inner]", () => {
  const cases: [number[], Layout, number, number, number][] = [
    [[8, 3], "channels-first", 8, 3, 1],
    [[8, 3, 5], "channels-first", 8, 3, 5],
    [[8, 3, 5, 7], "channels-first", 8, 3, 35],
    [[8, 3, 5, 7, 2], "channels-first", 8, 3, 70],
    [[8, 3], "channels-last", 8, 3, 1],
    [[8, 5, 3], "channels-last", 40, 3, 1],
    [[8, 5, 7, 3], "channels-last", 280, 3, 1],
    [[8, 5, 7, 2, 3], "channels-last", 560, 3, 1],
  ];
  for (const [shape, layout, outer, channels, inner] of cases) {
    const m = 8 * shape.reduce((a, b) => a * b) / 24;
    assert.deepEqual(
      channelView(shape, layout),
      { outer, channels, inner, m },
      `${shape} ${layout}`,
    );
  }
});

Deno.test("channelView() takes channels-first where no layout is given", () => {
  assert.equal(channelView([2, 3, 4]).channels, 3);
});

Deno.test("channelView() gives m = 0 for an empty batch and for empty images", () => {
  assert.deepEqual(channelView([0, 3, 4]), { outer: 0, channels: 3, inner: 4, m: 0 });
  assert.deepEqual(channelView([2, 0, 4, 3], "channels-last"), {
    outer: 0,
    channels: 3,
    inner: 1,
    m: 0,
  });
});

Deno.test("channelView() refuses what is not a shape of rank 2 to 5", () => {
  const wanted = "channelView expects a shape of 2 to 5 integers of at least 0: got ";
  const cases: [unknown, string][] = [
    [[], "[]"],
    [[4], "[4]"],
    [[1, 2, 3, 4, 5, 6], "[1, 2, 3, 4, 5, 6]"],
    [[2, -1], "[2, -1]"],
    [[2, 1.5], "[2, 1.5]"],
    [[2, NaN], "[2, NaN]"],
    [[2, "3"], '[2, "3"]'],
    [null, "null"],
    [undefined, "undefined"],
    ["2,3", '"2,3"'],
    [new Int32Array([2, 3]), "Int32Array"],
  ];
  for (const [shape, got] of cases) {
    assert.throws(() => channelView(shape as number[]), {
      name: "TypeError",
      message: wanted + got,
    });
  }
});

Deno.test("channelView() refuses another layout", () => {
  assert.throws(() => channelView([2, 3], "NCHW" as Layout), {
    name: "RangeError",
    message: 'channelView expects layout to be "channels-first" or "channels-last": got "NCHW"',
  });
  assert.throws(() => channelView([2, 3], 1 as unknown as Layout), TypeError);
});
