/** Storage of a tensor. Arithmetic and statistics are float32 in both. */
export type StorageType = "float32" | "float16";

/**
 * A dense, row-major tensor in a buffer that the caller owns.
 *
 * @example
 * ```ts ignore
 * const x: GpuTensor = { buffer, shape: [8, 64, 32, 32], dtype: "float16", offset: 256 };
 * ```
 */
export interface GpuTensor {
  /** A buffer with usage `STORAGE`. */
  readonly buffer: GPUBuffer;
  /** The length of each dimension, from 2 to 5 of them. */
  readonly shape: readonly number[];
  /** Storage of the values. Default `"float32"`; `"float16"` needs the feature `shader-f16`. */
  readonly dtype?: StorageType;
  /** Bytes before the first value, a multiple of 256. Default 0. */
  readonly offset?: number;
}

/** Binding offsets must be multiples of this on every device with default limits. */
export const bindingAlignment = 256;

/** Bytes of one value. */
export function bytesPerValue(dtype: StorageType): number {
  return dtype === "float16" ? 2 : 4;
}

/** Number of values in a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Bytes that a tensor takes, as storage bindings want them: whole words of 4. */
export function byteLengthOf(shape: readonly number[], dtype: StorageType): number {
  return Math.ceil(sizeOf(shape) * bytesPerValue(dtype) / 4) * 4;
}
