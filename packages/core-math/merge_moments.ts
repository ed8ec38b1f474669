import { type Moments, readMoments } from "./moments.ts";

/**
 * Merges the moments of two disjoint parts of a batch into those of the whole:
 * `mean = a.mean + δ·b.m/m` and
 * `variance = (a.variance·a.m + b.variance·b.m + δ²·a.m·b.m/m) / m` with `δ = b.mean − a.mean` and
 * `m = a.m + b.m`.
 *
 * Use it for micro-batches, for several workers, or for parts that do not fit in memory at once.
 *
 * @param a Moments of one part.
 * @param b Moments of the other; the same number of channels.
 * @returns The moments of both together.
 * @throws {TypeError} When these are no moments, or the numbers of channels differ.
 * @throws {RangeError} When an `m` is not an integer of at least 0 or a variance is below 0.
 * @see Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeMoments, moments } from "@renorm/core-math";
 *
 * const part = (values: number[]) =>
 *   moments({ data: new Float32Array(values), shape: [values.length, 1] });
 * assert.deepEqual(mergeMoments(part([1, 2]), part([6])), part([1, 2, 6]));
 * ```
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const owner = "mergeMoments";
  const first = readMoments(owner, "a", a);
  const second = readMoments(owner, "b", b, first.mean.length);
  return merged(first, second);
}

/** The same for moments that were checked. */
function merged(a: Moments, b: Moments): Moments {
  if (a.m === 0) return b;
  if (b.m === 0) return a;
  const m = a.m + b.m;
  const delta = b.mean.map((value, c) => value - a.mean[c]);
  const mean = a.mean.map((value, c) => value + delta[c] * (b.m / m));
  const variance = a.variance.map((value, c) => {
    const between = delta[c] * delta[c] * (a.m / m) * b.m;
    return (value * a.m + b.variance[c] * b.m + between) / m;
  });
  return { mean, variance, m };
}
