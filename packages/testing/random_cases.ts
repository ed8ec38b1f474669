/** Tensors and parameters for fast-check. */
import fc from "fast-check";
import type { Layout, Tensor } from "@renorm/core-math";

/** A batch with all that a layer needs beside it. */
export interface RandomCase {
  readonly layout: Layout;
  readonly channels: number;
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly runningMean: Float32Array;
  readonly runningVar: Float32Array;
}

/** Float32 numbers in [-8, 8], evenly spread, that leave room for a tolerance. */
export const moderate: fc.Arbitrary<number> = fc.integer({ min: -8e6, max: 8e6 })
  .map((millionths) => Math.fround(millionths / 1e6));

/** Any float32: huge, tiny, −0, infinite, NaN. */
export const wild: fc.Arbitrary<number> = fc.float();

/** Cases of moderate numbers, of moderate numbers with a wild one here and there, and all wild. */
export function anyCases(): fc.Arbitrary<RandomCase> {
  const mixed = fc.oneof({ weight: 30, arbitrary: moderate }, wild);
  return fc.oneof(...[moderate, mixed, wild].map(randomCases));
}

/** Cases of rank 2 to 5 in both layouts, with 2 to 6 samples of `value`s. */
export function randomCases(value: fc.Arbitrary<number>): fc.Arbitrary<RandomCase> {
  const sizes = fc.record({
    n: fc.integer({ min: 2, max: 6 }),
    channels: fc.integer({ min: 1, max: 3 }),
    spatial: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    layout: fc.constantFrom<Layout>("channels-first", "channels-last"),
  });
  return sizes.chain(({ n, channels, spatial, layout }) => {
    const shape = layout === "channels-last"
      ? [n, ...spatial, channels]
      : [n, channels, ...spatial];
    const values = (arbitrary: fc.Arbitrary<number>, length: number) =>
      fc.array(arbitrary, { minLength: length, maxLength: length }).map((list) =>
        Float32Array.from(list)
      );
    const tensors = values(value, shape.reduce((a, b) => a * b, 1)).map((data) => ({
      data,
      shape,
    }));
    return fc.record({
      layout: fc.constant(layout),
      channels: fc.constant(channels),
      x: tensors,
      dy: tensors,
      weight: values(value, channels),
      bias: values(value, channels),
      runningMean: values(moderate, channels),
      runningVar: values(fc.float({ min: Math.fround(0.01), max: 64, noNaN: true }), channels),
    });
  });
}

/** The same tensor in the other layout. */
export function otherLayout({ data, shape }: Tensor, layout: Layout): Tensor {
  const n = shape[0];
  const last = layout === "channels-last";
  const channels = last ? shape[shape.length - 1] : shape[1];
  const spatial = last ? shape.slice(1, -1) : shape.slice(2);
  const [rows, columns] = last
    ? [data.length / (n * channels || 1), channels]
    : [channels, data.length / (n * channels || 1)];
  const turned = new Float32Array(data.length);
  data.forEach((value, i) => {
    const sample = Math.floor(i / (rows * columns));
    const row = Math.floor(i / columns) % rows;
    turned[(sample * columns + i % columns) * rows + row] = value;
  });
  return { data: turned, shape: last ? [n, channels, ...spatial] : [n, ...spatial, channels] };
}

/** The samples of a tensor in another order: sample i of the result is sample `order[i]`. */
export function reordered({ data, shape }: Tensor, order: readonly number[]): Tensor {
  const size = data.length / shape[0];
  const samples = order.map((i) => [...data.subarray(i * size, (i + 1) * size)]);
  return { data: Float32Array.from(samples.flat()), shape };
}
