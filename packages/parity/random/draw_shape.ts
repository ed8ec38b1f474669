import type { Draw } from "./draw.ts";

const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31];
const longPrimes = [127, 257, 521, 1031, 2053, 4099];

/** Shapes `[n, c, ...spatial]` by what is hard about them; at least two values per channel. */
const families: Readonly<Record<string, (draw: Draw) => number[]>> = {
  "small": (d) => [
    d.integer(2, 6),
    d.integer(1, 6),
    ...Array.from({ length: d.integer(0, 3) }, () => d.integer(1, 6)),
  ],
  "long rows": (d) => [d.integer(1, 3), d.integer(1, 3), d.integer(500, 5000)],
  "many samples": (d) => [d.integer(500, 4000), d.integer(1, 4)],
  "wide plane": (d) => [d.integer(1, 2), d.integer(1, 2), d.integer(48, 150), d.integer(48, 150)],
  "volume": (d) => [d.integer(1, 3), d.integer(1, 4), ...[1, 2, 3].map(() => d.integer(2, 12))],
  "primes": (d) => [
    d.one(primes),
    d.integer(1, 5),
    ...Array.from({ length: d.integer(1, 2) }, () => d.one(primes)),
  ],
  "long prime": (d) =>
    d.chance(0.5) ? [d.one(longPrimes), d.integer(1, 3)] : [1, d.integer(1, 2), d.one(longPrimes)],
  "many channels": (d) => [
    d.integer(2, 4),
    d.integer(65, 400),
    ...Array.from({ length: d.integer(0, 2) }, () => d.integer(1, 3)),
  ],
  "two values": (d) => {
    const channels = d.integer(1, 70);
    return d.one([[2, channels], [1, channels, 2], [2, channels, 1, 1], [1, channels, 1, 2, 1]]);
  },
};

/** A shape, and the family that it is of. */
export function drawShape(draw: Draw): { family: string; shape: number[] } {
  const family = draw.one(Object.keys(families));
  return { family, shape: families[family](draw) };
}
