/** Values and errors of the tests of accuracy. */
import type { Layout, Tensor } from "@renorm/core-math";
import { shapeIn, valuesIn } from "@renorm/testing/layout";
import { randomValues } from "@renorm/testing/random_tensor";

/** Unit roundoff of float32. */
export const u = 2 ** -24;

/** A channel of `m` values by their place, from random ones of mean 0 and deviation 1. */
export type Regime = (values: readonly number[]) => number[];

/** A tensor whose channels are all of a regime. */
export function tensorOf(
  regime: Regime,
  shape: number[],
  layout: Layout,
  random: () => number,
): Tensor {
  const [n, channels, ...spatial] = shape;
  const inner = spatial.reduce((a, b) => a * b, 1);
  const data = new Float32Array(n * channels * inner);
  for (let c = 0; c < channels; c++) {
    regime(randomValues(n * inner, random)).forEach((value, i) => {
      data[(Math.floor(i / inner) * channels + c) * inner + i % inner] = value;
    });
  }
  return { data: valuesIn(layout, data, shape), shape: shapeIn(layout, shape) };
}

/** The largest absolute difference; infinite where there is no number. */
export function farthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    most = Number.isNaN(error) ? Infinity : Math.max(most, error);
  }
  return most;
}

/** The largest magnitude. */
export function largest(values: ArrayLike<number>): number {
  return farthest(new Float32Array(values.length), values);
}
