import assert from "node:assert/strict";
import { float16Bits, float32FromFloat16 } from "./float16.ts";

Deno.test("float32FromFloat16() and float16Bits() are inverse on all 65536 bit patterns", () => {
  const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i);
  const values = float32FromFloat16(bits);
  // The runtime's own half floats are the reference.
  const expected = new Float16Array(bits.buffer);
  values.forEach((value, i) => assert.ok(Object.is(value, expected[i]), `bits ${i}: ${value}`));
  float16Bits(values).forEach((back, i) => {
    if (!Number.isNaN(values[i])) assert.equal(back, i);
  });
});

Deno.test("float16Bits() rounds to the nearest, ties to even, over the whole range of float32", () => {
  const values = new Float32Array(100_000);
  for (let i = 0; i < values.length; i++) {
    const exponent = -28 + (i % 46);
    values[i] = (i % 2 ? 1 : -1) * 2 ** exponent * (1 + (i * 7919 % 4096) / 4096);
  }
  const expected = new Uint16Array(Float16Array.from(values).buffer);
  assert.deepEqual(float16Bits(values), expected);
});
