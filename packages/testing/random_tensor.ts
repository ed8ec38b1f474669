/** Seeded random numbers for tests of all packages. */
import type { Tensor } from "@renorm/core-math";

/**
 * A source of uniform numbers in `[0, 1)`: a 32-bit mixer over a counter, the same in every run.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Numbers with mean 0 and deviation 1, roughly bell-shaped: sums of four uniform ones. */
export function randomValues(length: number, random: () => number): number[] {
  const spread = Math.sqrt(3);
  return Array.from(
    { length },
    () => (random() + random() + random() + random() - 2) * spread,
  );
}

/** A float32 tensor of random values, scaled and shifted. */
export function randomTensor(
  shape: readonly number[],
  random: () => number,
  { scale = 1, shift = 0 }: { scale?: number; shift?: number } = {},
): Tensor {
  const values = randomValues(shape.reduce((a, b) => a * b, 1), random);
  return { data: Float32Array.from(values, (value) => value * scale + shift), shape };
}
