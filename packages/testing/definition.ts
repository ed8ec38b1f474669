/**
 * Batch norm and batch renorm from their definition, slow and index by index, for tests to
 * compare with.
 */
import type { Layout } from "@renorm/core-math";

/** What the definition applies; one value per channel. Absent counts as 1 or 0. */
export interface Definition {
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly eps: number;
  readonly weight?: ArrayLike<number> | null;
  readonly bias?: ArrayLike<number> | null;
  readonly r?: ArrayLike<number>;
  readonly d?: ArrayLike<number>;
  /** Statistics to use instead of those of x. */
  readonly fixed?: { readonly mean: ArrayLike<number>; readonly variance: ArrayLike<number> };
}

/** The places of each channel, found by taking every index apart into its coordinates. */
export function channelPlaces(shape: readonly number[], layout: Layout): number[][] {
  const channelAxis = layout === "channels-last" ? shape.length - 1 : 1;
  const places: number[][] = Array.from({ length: shape[channelAxis] }, () => []);
  const length = shape.reduce((a, b) => a * b, 1);
  for (let i = 0; i < length; i++) {
    let rest = i;
    let channel = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (axis === channelAxis) channel = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    places[channel].push(i);
  }
  return places;
}

/** Mean and biased variance in two passes. */
export function meanAndVariance(values: readonly number[]): { mean: number; variance: number } {
  const m = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / m;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / m };
}

/** `y = weight·((x − mean)/√(variance + eps)·r + d) + bias`. */
export function byDefinition(x: ArrayLike<number>, definition: Definition): Float64Array {
  const { shape, layout, eps, weight, bias, r, d, fixed } = definition;
  const y = new Float64Array(x.length);
  for (const [c, places] of channelPlaces(shape, layout).entries()) {
    const batch = meanAndVariance(places.map((i) => x[i]));
    const mean = fixed?.mean[c] ?? batch.mean;
    const std = Math.sqrt((fixed?.variance[c] ?? batch.variance) + eps);
    for (const i of places) {
      const z = (x[i] - mean) / std;
      y[i] = (weight?.[c] ?? 1) * (z * (r?.[c] ?? 1) + (d?.[c] ?? 0)) + (bias?.[c] ?? 0);
    }
  }
  return y;
}

/** The slope of `loss` along each entry of `at`, by central differences. `at` is put back. */
export function slopes(at: Float64Array, loss: () => number): Float64Array {
  const step = 1e-5;
  return at.map((value, i) => {
    at[i] = value + step;
    const above = loss();
    at[i] = value - step;
    const below = loss();
    at[i] = value;
    return (above - below) / (2 * step);
  });
}

/** `Σ a·b`, the loss whose gradient to a is b. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
}
