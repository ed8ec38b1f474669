import assert from "node:assert/strict";
import { mt19937 } from "../data/mt19937.ts";
import { drawViews } from "./views.ts";

const size = 16;
const pixels = size * size * 3;

/** An image with ink in the middle, and one without. */
const images = {
  pixels: Float32Array.from({ length: 128 }, (_, i) => {
    const [row, column] = [Math.floor(i / 8) % 8, i % 8];
    return i < 64 && row >= 2 && row < 6 && column >= 2 && column < 6 ? 1 : 0;
  }),
  labels: Uint8Array.of(0, 1),
  size: 8,
  count: 2,
};

Deno.test("views of an object differ, are grey and in [0, 1], and come again from their seed", () => {
  const seen = drawViews(images, [0, 0], 3, size, mt19937(1));
  assert.equal(seen.length, 2 * 3 * pixels);
  assert.ok(seen.every((value, i) => value >= 0 && value <= 1 && value === seen[i - i % 3]));
  const each = Array.from({ length: 6 }, (_, v) => seen.subarray(v * pixels, (v + 1) * pixels));
  assert.equal(new Set(each.map(String)).size, 6);
  assert.deepEqual(drawViews(images, [0, 0], 3, size, mt19937(1)), seen);
});

Deno.test("a view shows the ink, about where and as large as it was", () => {
  const seen = drawViews(images, [0], 8, size, mt19937(2));
  for (let view = 0; view < 8; view++) {
    const grey = seen.subarray(view * pixels, (view + 1) * pixels).filter((_, i) => i % 3 === 0);
    const [low, high] = [Math.min(...grey), Math.max(...grey)];
    const inked = grey.filter((value) => value > (low + high) / 2).length;
    // 64 of 256 pixels, by 0.8² to 1.2², and the edges that the threshold moves.
    assert.ok(high - low > 0.3 && inked > 0.6 * 64 && inked < 1.5 * 64, `${inked}`);
  }
});

Deno.test("the light is an object's: paper is nearly as light in all of its views", () => {
  const seen = drawViews(images, [1, 1], 4, size, mt19937(3));
  const light = Array.from({ length: 8 }, (_, view) => seen[view * pixels]);
  for (const half of [light.slice(0, 4), light.slice(4)]) {
    assert.ok(Math.max(...half) - Math.min(...half) <= 0.1);
  }
  assert.ok(Math.abs(light[0] - light[4]) > 0.1, "another time, other light");
});
