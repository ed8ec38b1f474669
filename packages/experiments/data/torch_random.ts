import { type Mt19937, mt19937 } from "./mt19937.ts";

/** Draws the numbers that PyTorch's CPU generator would draw. */
export interface TorchGenerator {
  /**
   * Draws `size` standard normal values, as `torch.randn(size)` on the CPU in float32.
   *
   * Each call continues the stream. For a tensor of several dimensions `size` is their product.
   *
   * @param size number of values, an integer ≥ 0
   * @throws {TypeError} if `size` is not an integer
   * @throws {RangeError} if `size` is negative
   */
  randn(size: number): Float32Array;
}

/** PyTorch transforms this many values at a time, and takes the scalar path below it. */
const blockSize = 16;
const halfBlock = blockSize / 2;
const twoPi = 2 * Math.PI;
const twoPiFloat32 = Math.fround(twoPi);

/**
 * Starts a generator as `torch.manual_seed(seed)` does.
 *
 * Below 16 values it draws pairs by the Box-Muller transform in float64 and keeps the second of a
 * pair for the next short call. From 16 values up it transforms blocks of 16 float32 uniforms,
 * where a value may differ from PyTorch's by one float32 step: its vectorised `log`, `cos` and
 * `sin` are not always the nearest float32.
 *
 * Source: PyTorch's `normal_distribution<double>`, `normal_fill` and `normal_fill_AVX2`.
 *
 * @param seed integer in [0, 2^32 - 1]
 * @throws {TypeError} if the seed is not an integer
 * @throws {RangeError} if the seed does not fit in 32 bits
 *
 * @example The first value after `torch.manual_seed(0)`
 * ```ts
 * import assert from "node:assert/strict";
 * import { torchGenerator } from "./torch_random.ts";
 *
 * const [first] = torchGenerator(0).randn(1);
 * assert.ok(Math.abs(first - 1.5409961) < 1e-6);
 * ```
 */
export function torchGenerator(seed: number): TorchGenerator {
  const words = mt19937(seed);
  const nextNormal = normalPairs(words);
  return {
    randn(size: number): Float32Array {
      if (!Number.isInteger(size)) {
        throw new TypeError(`randn expects an integer size: got ${size}`);
      }
      if (size < 0) {
        throw new RangeError(`randn expects a size of at least 0: got ${size}`);
      }
      const values = new Float32Array(size);
      if (size < blockSize) {
        for (let i = 0; i < size; i++) values[i] = nextNormal();
      } else {
        fillByBlocks(values, words);
      }
      return values;
    },
  };
}

/** Draws from pairs: the cosine of a pair first, its sine on the call after. */
function normalPairs(words: Mt19937): () => number {
  let cached: number | undefined;
  return () => {
    if (cached !== undefined) {
      const value = cached;
      cached = undefined;
      return value;
    }
    const theta = twoPi * uniform53(words);
    const radius = Math.sqrt(-2 * Math.log1p(-uniform53(words)));
    cached = radius * Math.sin(theta);
    return radius * Math.cos(theta);
  };
}

/**
 * All uniforms are drawn before any block is transformed; the order of draws is part of the stream.
 */
function fillByBlocks(values: Float32Array, words: Mt19937): void {
  fillUniform24(values, words);
  for (let start = 0; start + blockSize <= values.length; start += blockSize) {
    transformBlock(values.subarray(start, start + blockSize));
  }
  if (values.length % blockSize === 0) return;
  // The rest is no whole block: PyTorch draws the last 16 values anew, over some finished ones.
  const tail = values.subarray(values.length - blockSize);
  fillUniform24(tail, words);
  transformBlock(tail);
}

/**
 * Turns 16 uniforms into normals in place; j and j + 8 are a pair. Every operation rounds to
 * float32, as in PyTorch's vectorised kernel. Products and roots of float32 values round once, so
 * `fround` of the float64 result is exact.
 */
function transformBlock(block: Float32Array): void {
  for (let j = 0; j < halfBlock; j++) {
    const logarithm = Math.fround(Math.log(1 - block[j]));
    const radius = Math.fround(Math.sqrt(-2 * logarithm));
    const theta = Math.fround(twoPiFloat32 * block[j + halfBlock]);
    block[j] = radius * Math.fround(Math.cos(theta));
    block[j + halfBlock] = radius * Math.fround(Math.sin(theta));
  }
}

/** A float64 in [0, 1) from the low 53 bits of two words, the high word first. */
function uniform53(words: Mt19937): number {
  const high = words.nextUint32() & 0x1fffff;
  return (high * 2 ** 32 + words.nextUint32()) * 2 ** -53;
}

/** Fills with float32 values in [0, 1), each from the low 24 bits of one word. */
function fillUniform24(values: Float32Array, words: Mt19937): void {
  for (let i = 0; i < values.length; i++) {
    values[i] = (words.nextUint32() & 0xffffff) * 2 ** -24;
  }
}
