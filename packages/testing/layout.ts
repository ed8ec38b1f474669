/** Moves tensors between the two layouts. */
import type { Layout } from "@renorm/core-math";

/** The shape `[n, c, ...spatial]` in `layout`. */
export function shapeIn(layout: Layout, shape: readonly number[]): number[] {
  const [n, c, ...spatial] = shape;
  return layout === "channels-last" ? [n, ...spatial, c] : [...shape];
}

/** Channels-first values of `shape` `[n, c, ...spatial]`, rearranged for `layout`. */
export function valuesIn(
  layout: Layout,
  values: ArrayLike<number>,
  shape: readonly number[],
): Float32Array {
  const [n, c, ...spatial] = shape;
  return layout === "channels-last"
    ? swap(values, n, c, product(spatial))
    : Float32Array.from(values);
}

/** The inverse of {@linkcode valuesIn}: back to channels-first. */
export function valuesFrom(
  layout: Layout,
  values: ArrayLike<number>,
  shape: readonly number[],
): Float32Array {
  const [n, c, ...spatial] = shape;
  return layout === "channels-last"
    ? swap(values, n, product(spatial), c)
    : Float32Array.from(values);
}

/** `[n, a, b]` to `[n, b, a]`. */
function swap(values: ArrayLike<number>, n: number, a: number, b: number): Float32Array {
  const swapped = new Float32Array(values.length);
  for (let o = 0; o < n; o++) {
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) swapped[(o * b + j) * a + i] = values[(o * a + i) * b + j];
    }
  }
  return swapped;
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}
