/** Draws from a seeded source. */
import { seededRandom } from "@renorm/testing/random_tensor";

/** Random choices; the same for a seed and a number of case in every run. */
export interface Draw {
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** An integer from low to high, both included. */
  integer(low: number, high: number): number;
  /** 10 to the power of a uniform exponent. */
  power(low: number, high: number): number;
  /** One of a list. */
  one<T>(list: readonly T[]): T;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** Normally distributed: mean 0, deviation 1. */
  normal(): number;
}

/** The draws of one case of a seed. */
export function drawOf(seed: number, index: number): Draw {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const uniform = (low: number, high: number) => low + (high - low) * random();
  const integer = (low: number, high: number) => Math.floor(uniform(low, high + 1));
  return {
    uniform,
    integer,
    power: (low, high) => 10 ** uniform(low, high),
    one: (list) => list[integer(0, list.length - 1)],
    chance: (probability) => random() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  };
}
