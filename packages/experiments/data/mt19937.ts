/** A seeded source of uniform 32-bit words. */
export interface Mt19937 {
  /** Draws the next word, an integer in [0, 2^32). */
  nextUint32(): number;
}

const stateSize = 624;
const shiftSize = 397;

/**
 * Starts a Mersenne Twister MT19937 from one 32-bit seed.
 *
 * The words are those of C++ `std::mt19937` and of PyTorch's CPU generator for the same seed. Every
 * call gives a new, independent stream.
 *
 * Source: Matsumoto and Nishimura 1998, with the initialisation of their 2002 revision.
 *
 * @param seed integer in [0, 2^32 - 1]
 * @throws {TypeError} if the seed is not an integer
 * @throws {RangeError} if the seed does not fit in 32 bits
 *
 * @example The first word from the C++ default seed
 * ```ts
 * import assert from "node:assert/strict";
 * import { mt19937 } from "./mt19937.ts";
 *
 * assert.equal(mt19937(5489).nextUint32(), 3499211612);
 * ```
 */
export function mt19937(seed: number): Mt19937 {
  if (!Number.isInteger(seed)) {
    throw new TypeError(`mt19937 expects an integer seed: got ${seed}`);
  }
  if (seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`mt19937 expects a seed in [0, 2^32 - 1]: got ${seed}`);
  }
  const state = initialState(seed);
  let position = stateSize;
  return {
    nextUint32(): number {
      if (position === stateSize) {
        twist(state);
        position = 0;
      }
      return temper(state[position++]);
    },
  };
}

function initialState(seed: number): Uint32Array {
  const state = new Uint32Array(stateSize);
  state[0] = seed;
  for (let i = 1; i < stateSize; i++) {
    const previous = state[i - 1];
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  return state;
}

/** Replaces all words of the state by the next generation, in place. */
function twist(state: Uint32Array): void {
  for (let i = 0; i < stateSize; i++) {
    const mixed = (state[i] & 0x80000000) | (state[(i + 1) % stateSize] & 0x7fffffff);
    const odd = mixed & 1 ? 0x9908b0df : 0;
    state[i] = state[(i + shiftSize) % stateSize] ^ (mixed >>> 1) ^ odd;
  }
}

function temper(word: number): number {
  word ^= word >>> 11;
  word ^= (word << 7) & 0x9d2c5680;
  word ^= (word << 15) & 0xefc60000;
  return (word ^ (word >>> 18)) >>> 0;
}
