import assert from "node:assert/strict";
import { convolve, rectifyAndPool } from "./convolution.ts";

const image = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [1, 1, 2, 3] };

function filter(...taps: number[]): { data: Float32Array; shape: number[] } {
  return { data: Float32Array.from(taps), shape: [taps.length / 9, 1, 3, 3] };
}

Deno.test("convolve() with a centre tap is the image, with another tap a shift with zeros", () => {
  const y = convolve(image, filter(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0));
  assert.deepEqual(y.shape, [1, 2, 2, 3]);
  assert.deepEqual([...y.data], [1, 2, 3, 4, 5, 6, 2, 3, 0, 5, 6, 0]);
});

Deno.test("convolve() with all taps sums the neighbourhood, worked out by hand", () => {
  const y = convolve(image, filter(1, 1, 1, 1, 1, 1, 1, 1, 1));
  assert.deepEqual([...y.data], [12, 21, 16, 12, 21, 16]);
});

Deno.test("convolve() adds up the input channels", () => {
  const x = { data: Float32Array.of(1, 10), shape: [1, 2, 1, 1] };
  const weight = { data: new Float32Array(18), shape: [1, 2, 3, 3] };
  weight.data[4] = 2;
  weight.data[13] = 3;
  assert.deepEqual([...convolve(x, weight).data], [32]);
});

Deno.test("rectifyAndPool() averages what is above zero in each square of each plane", () => {
  const data = Float32Array.of(4, -8, 0, 4, 0, 4, 8, 0, 1, 1, 2, 2, 1, 1, 2, -2);
  const y = rectifyAndPool({ data, shape: [1, 2, 2, 4] }, 2);
  assert.deepEqual(y.shape, [1, 2, 1, 2]);
  assert.deepEqual([...y.data], [2, 3, 1, 1.5]);
});
