/**
 * The arrays a tensor may hold. Float32 is the storage of training; float64 is there for gradient
 * checks, as `torch.autograd.gradcheck` asks for double.
 */
export type FloatArray = Float32Array | Float64Array;

/**
 * A dense, row-major tensor: `data.length` is the product of `shape`.
 *
 * @example
 * ```ts
 * import type { Tensor } from "@renorm/core-math";
 *
 * // Two images, one channel, 1 × 2 pixels.
 * const x: Tensor = { data: new Float32Array([1, 2, 3, 4]), shape: [2, 1, 1, 2] };
 * ```
 *
 * @typeParam A The array kind, `Float32Array` unless said otherwise.
 */
export interface Tensor<A extends FloatArray = Float32Array> {
  /** The values, row-major. */
  readonly data: A;
  /** The length of each dimension, from 2 to 5 of them. */
  readonly shape: readonly number[];
}

/**
 * Which positions of a batch count, for sequences and images that were padded: those at 1 or `true`
 * make the statistics and have gradients. A position is a place of x without its channels: a mask
 * over `[n, c, l]` is `[n, l]`, over `[n, h, w, c]` channels-last `[n, h, w]`, over `[n, c]` `[n]`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type Mask, moments } from "@renorm/core-math";
 *
 * // Two sequences of one channel, the second of length 1 and padded with a zero.
 * const x = { data: Float32Array.of(1, 3, 5, 0), shape: [2, 1, 2] };
 * const mask: Mask = { data: [true, true, true, false], shape: [2, 2] };
 * assert.deepEqual([...moments(x, { mask }).mean], [3]);
 * assert.deepEqual(moments(x, { mask: Uint8Array.of(1, 1, 1, 0) }), moments(x, { mask }));
 * ```
 */
export type Mask = MaskValues | {
  /** The values. */
  readonly data: MaskValues;
  /** The shape of x without its channels. */
  readonly shape: readonly number[];
};

/** 1 or `true` for a position that counts, 0 or `false` for one that does not, in their order. */
export type MaskValues = Uint8Array | Float32Array | readonly (boolean | number)[];

/**
 * Where the channels stand: `"channels-first"` is `[n, c, ...spatial]` (PyTorch, NCHW),
 * `"channels-last"` is `[n, ...spatial, c]` (Keras and TensorFlow.js, NHWC).
 */
export type Layout = "channels-first" | "channels-last";

/** Scale γ and shift β of each channel; absent or null counts as 1 and 0. */
export interface AffineParameters {
  /** Scale γ a channel. */
  readonly weight?: Float32Array | Float64Array | null;
  /** Shift β a channel. */
  readonly bias?: Float32Array | Float64Array | null;
}

/** The tracked moments of each channel, float32, updated in place. */
export interface RunningStats {
  /** Running mean per channel. */
  readonly runningMean: Float32Array;
  /** Running variance per channel, at least 0. */
  readonly runningVar: Float32Array;
}

/** Where a result goes. */
export interface Output<A extends FloatArray> {
  /** The tensor that the caller gets. */
  readonly tensor: Tensor<A>;
  /** Its array, read once. */
  readonly data: A;
}

/** A new zeroed tensor of the shape and array kind of `tensor`. */
export function tensorLike<A extends FloatArray>(tensor: Tensor<A>): Tensor<A> {
  return { data: arrayLike(tensor.data, tensor.data.length), shape: [...tensor.shape] };
}

/** `length` zeros in an array of the kind of `array`. */
export function arrayLike<A extends FloatArray>(array: A, length: number): A {
  // By its size, since an array of another realm is no instance of this one's classes.
  const zeros = array.BYTES_PER_ELEMENT === 8 ? new Float64Array(length) : new Float32Array(length);
  // TypeScript cannot follow that the branch above chose A.
  return zeros as FloatArray as A;
}
