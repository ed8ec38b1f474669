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

const readers: Readonly<Record<string, (view: DataView, offset: number) => number>> = {
  F16: (view, offset) => fromFloat16(view.getUint16(offset, true)),
  BF16: (view, offset) => fromBfloat16(view.getUint16(offset, true)),
  F32: (view, offset) => view.getFloat32(offset, true),
  F64: (view, offset) => view.getFloat64(offset, true),
  I32: (view, offset) => view.getInt32(offset, true),
  I64: (view, offset) => Number(view.getBigInt64(offset, true)),
  U8: (view, offset) => view.getUint8(offset),
};

/** Whether {@linkcode decode} reads a dtype. */
export function isReadable(dtype: string): boolean {
  return Object.hasOwn(readers, dtype);
}

/** The values of a tensor whose dtype {@linkcode isReadable}. */
export function decode(dtype: string, bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = dtypeBits[dtype] / 8;
  const read = readers[dtype];
  return Float64Array.from({ length: bytes.length / size }, (_, i) => read(view, i * size));
}

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
