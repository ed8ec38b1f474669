/** Half precision for runtimes without `Float16Array`, such as Node 20. */

/** The bits of each value rounded to the nearest float16, ties to even. */
export function float16Bits(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from(values, bitsOf);
}

/** The values behind float16 bits. */
export function float32FromFloat16(bits: ArrayLike<number>): Float32Array {
  return Float32Array.from(bits, valueOf);
}

function bitsOf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  const magnitude = Math.abs(value);
  if (magnitude === 0) return sign;
  // 65520 is the middle between the largest float16 and what would come next.
  if (magnitude >= 65_520) return sign | 0x7c00;
  // Below 2^-14 the spacing stays that of the subnormals, 2^-24.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const exact = 2 ** exponent > magnitude && exponent > -14 ? exponent - 1 : exponent;
  // Beyond 2^52 a double has no halves: adding that rounds to the nearest, ties to even.
  const steps = magnitude / 2 ** (exact - 10) + 2 ** 52 - 2 ** 52;
  // Counting in steps carries into the exponent by itself.
  return sign | (steps + (exact + 14) * 1024);
}

function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
