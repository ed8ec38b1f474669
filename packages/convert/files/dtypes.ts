/** Bits of a value of each dtype that safetensors files may hold. */
export const dtypeBits: Readonly<Record<string, number>> = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2: 8,
  F8_E5M2FNUZ: 8,
  F8_E8M0: 8,
  U16: 16,
  I16: 16,
  F16: 16,
  BF16: 16,
  U32: 32,
  I32: 32,
  F32: 32,
  U64: 64,
  I64: 64,
  F64: 64,
  C64: 64,
};

/**
 * The values in bytes that begin a buffer of their own. Files are little-endian, and so is every
 * machine that JavaScript runs on today.
 */
const readers: Readonly<Record<string, (buffer: ArrayBuffer) => Float64Array>> = {
  F16: (buffer) => fromHalves("F16", new Uint16Array(buffer)),
  BF16: (buffer) => fromHalves("BF16", new Uint16Array(buffer)),
  F32: (buffer) => new Float64Array(new Float32Array(buffer)),
  F64: (buffer) => new Float64Array(buffer),
  I32: (buffer) => new Float64Array(new Int32Array(buffer)),
  I64: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
  U8: (buffer) => new Float64Array(new Uint8Array(buffer)),
};

/** Each value is rounded once, to the nearest; of two as near, to the even one. */
const writers: Readonly<Record<string, (values: Float64Array) => ArrayBufferView<ArrayBuffer>>> = {
  F16: (values) => toHalves("F16", values),
  BF16: (values) => toHalves("BF16", values),
  F32: (values) => new Float32Array(values),
  F64: (values) => values.slice(),
};

/** Whether {@linkcode decode} reads a dtype. */
export function isReadable(dtype: string): boolean {
  return Object.hasOwn(readers, dtype);
}

/** Whether {@linkcode encode} writes a dtype: the floats of 16 bits and more. */
export function isWritable(dtype: string): boolean {
  return Object.hasOwn(writers, dtype);
}

/** The values of a tensor whose dtype {@linkcode isReadable}. */
export function decode(dtype: string, bytes: Uint8Array): Float64Array {
  return readers[dtype](new Uint8Array(bytes).buffer);
}

/** Values as bytes of a dtype that {@linkcode isWritable}. */
export function encode(dtype: string, values: Float64Array): Uint8Array {
  return new Uint8Array(writers[dtype](values).buffer);
}

/** How a float of 16 bits is read and written. */
export interface HalfCodec {
  /** The values of all bits. */
  readonly values: Float32Array;
  /**
   * Writes numbers that were rounded to float32. Most are rounded again by adding half of what is
   * dropped; those for which twice may be wrong are rounded at once from what they were.
   *
   * @returns Whether one is not finite now.
   */
  write(floats: Float32Array, exact: (index: number) => number, halves: Uint16Array): boolean;
}

const codecs = new Map<string, HalfCodec>();

/**
 * How a dtype of 16 bits is read and written, made when it is first asked for; null for another.
 */
export function halfCodec(dtype: string): HalfCodec | null {
  if (dtype !== "F16" && dtype !== "BF16") return null;
  let codec = codecs.get(dtype);
  if (!codec) {
    const read = dtype === "F16" ? fromFloat16 : fromBfloat16;
    const values = Float32Array.from({ length: 2 ** 16 }, (_, bits) => read(bits));
    codec = { values, write: dtype === "F16" ? writeFloat16s : writeBfloat16s };
    codecs.set(dtype, codec);
  }
  return codec;
}

// Loops, since what `from` does with a function is many times slower.
function fromHalves(dtype: string, halves: Uint16Array): Float64Array {
  const { values: all } = halfCodec(dtype)!;
  const values = new Float64Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = all[halves[i]];
  return values;
}

function toHalves(dtype: string, values: Float64Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  halfCodec(dtype)!.write(new Float32Array(values), (i) => values[i], halves);
  return halves;
}

const writeFloat16s: HalfCodec["write"] = (floats, exact, halves) => {
  const bits = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
  let isInfinite = false;
  for (let i = 0; i < halves.length; i++) {
    const size = bits[i] & 0x7fffffff;
    // From 2⁻¹⁴ to below 65520, and no tie.
    if (size >= 0x38800000 && size < 0x477ff000 && (size & 0x1fff) !== 0x1000) {
      halves[i] = (bits[i] >> 16 & 0x8000) | (size + 0x1000 - (112 << 23)) >> 13;
    } else {
      halves[i] = toFloat16(exact(i));
      if ((halves[i] & 0x7c00) === 0x7c00) isInfinite = true;
    }
  }
  return isInfinite;
};

const writeBfloat16s: HalfCodec["write"] = (floats, exact, halves) => {
  const bits = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
  let isInfinite = false;
  for (let i = 0; i < halves.length; i++) {
    // Below what is nearer to infinity, and no tie.
    if ((bits[i] & 0x7fffffff) < 0x7f7f8000 && (bits[i] & 0xffff) !== 0x8000) {
      halves[i] = (bits[i] + 0x8000) >>> 16;
    } else {
      halves[i] = toBfloat16(exact(i));
      if ((halves[i] & 0x7f80) === 0x7f80) isInfinite = true;
    }
  }
  return isInfinite;
};

const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0];
}

/** By hand, since Node 20 has no Float16Array: five bits of exponent, ten of fraction. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The bits of the bfloat16 nearest to a float64. */
function toBfloat16(value: number): number {
  return upperBits(value, 16);
}

/** The bits of the float16 nearest to a float64. */
function toFloat16(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  // Below the normal ones they stand 2⁻²⁴ apart, and adding 2²⁸ leaves a float64 bits for no more.
  if (size < 2 ** -14) return sign | (size + 2 ** 28 - 2 ** 28) * 2 ** 24;
  // From 65520 on, infinity is nearer than the largest.
  if (size >= 65520) return sign | 0x7c00;
  return sign | (upperBits(size, 13) - (112 << 10));
}

/**
 * The bits of the float32 nearest to `value` with the last `dropped` rounded away, as if at once.
 */
function upperBits(value: number, dropped: number): number {
  float32[0] = value;
  let bits = bits32[0];
  if (Number.isNaN(value)) return bits >>> dropped;
  const half = 2 ** (dropped - 1);
  const rest = bits & (2 * half - 1);
  // Rounding to float32 may have made a tie of what was none: it leans to where the value was.
  if (rest === half) {
    const lean = Math.sign(Math.abs(value) - Math.abs(float32[0]));
    if (lean !== 0) bits += lean;
    else return (bits >>> dropped) + ((bits >>> dropped) & 1);
  }
  return ((bits & (2 * half - 1)) > half ? bits + half : bits) >>> dropped;
}
