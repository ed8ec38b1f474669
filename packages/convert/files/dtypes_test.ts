import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { decode, encode } from "./dtypes.ts";

/** All finite values of a dtype of two bytes, in order. */
function allValues(dtype: string): Float64Array {
  const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
  return decode(dtype, new Uint8Array(bits.buffer)).filter(Number.isFinite).sort();
}

Deno.test("every value of float16 and bfloat16 is read and written back as its bits", () => {
  for (const dtype of ["F16", "BF16"]) {
    const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const values = decode(dtype, new Uint8Array(bits.buffer));
    const written = new Uint16Array(encode(dtype, values).buffer as ArrayBuffer);
    values.forEach((value, i) => {
      if (!Number.isNaN(value)) assert.equal(written[i], bits[i], `${dtype} ${i}`);
      else {assert.ok(
          Number.isNaN(decode(dtype, new Uint8Array(written.slice(i, i + 1).buffer))[0]),
        );}
    });
  }
  const known = Uint8Array.of(0x00, 0x3e, 0xff, 0x7b, 0x01, 0x00, 0x00, 0xfc);
  assert.deepEqual([...decode("F16", known)], [1.5, 65504, 2 ** -24, -Infinity]);
  assert.deepEqual([...decode("BF16", Uint8Array.of(0xc0, 0x3f, 0x80, 0xff))], [1.5, -Infinity]);
});

Deno.test("a float64 goes to the nearest float16 or bfloat16 at once, and a tie to the even one", () => {
  for (const [dtype, next] of [["F16", 65536], ["BF16", 2 ** 128]] as const) {
    const values = allValues(dtype);
    const round = (value: number) => decode(dtype, encode(dtype, Float64Array.of(value)))[0];
    const between = fc.record({
      at: fc.integer({ min: 0, max: values.length - 2 }),
      share: fc.oneof(
        fc.constantFrom(0.5, 0.5 + 2 ** -40, 0.5 - 2 ** -40),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
    });
    fc.assert(fc.property(between, ({ at, share }) => {
      const [low, high] = [values[at], values[at + 1]];
      const value = low + (high - low) * share;
      const middle = low + (high - low) / 2;
      if (value !== middle) return assert.equal(round(value), value < middle ? low : high);
      const bits = new Uint16Array(encode(dtype, Float64Array.of(low)).buffer as ArrayBuffer)[0];
      assert.equal(round(value), bits % 2 === 0 ? low : high);
    }));
    const largest = values.at(-1)!;
    assert.equal(round(largest + (next - largest) * 0.499), largest);
    assert.equal(round(largest + (next - largest) * 0.5), Infinity);
    assert.equal(round(-1e300), -Infinity);
  }
});
