import type { Moments } from "./moments.ts";

/** The moments of two disjoint parts of a batch together, by Chan's formula. */
export function merged(a: Moments, b: Moments): Moments {
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
