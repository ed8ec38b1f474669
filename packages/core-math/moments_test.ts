import assert from "node:assert/strict";
import { fc } from "../parity/seeded_fast_check.ts";
import { randomTensor, seededRandom } from "../parity/random_tensor.ts";
import { mergeMoments } from "./merge_moments.ts";
import { moments } from "./moments.ts";

/** Mean and biased variance of float32 values, exactly: integers of 2^-149 in BigInt. */
function exactMoments(values: Float32Array): { mean: number; variance: number } {
  const one = 2n ** 149n;
  const toInteger = (value: number): bigint => {
    let scaled = value;
    let shift = 0;
    while (!Number.isInteger(scaled)) {
      scaled *= 2;
      shift++;
    }
    return BigInt(scaled) * one / 2n ** BigInt(shift);
  };
  const m = BigInt(values.length);
  const integers = Array.from(values, toInteger);
  const sum = integers.reduce((a, b) => a + b, 0n);
  // Σ(m·x − Σx)² = m³·variance, without a division.
  const squares = integers.reduce((total, x) => total + (m * x - sum) ** 2n, 0n);
  const ratio = (top: bigint, bottom: bigint) => {
    const digits = 10n ** 30n;
    return Number(top * digits / bottom) / 1e30;
  };
  return { mean: ratio(sum, m * one), variance: ratio(squares, m ** 3n * one * one) };
}

Deno.test("moments() keeps a variance of 1 beside a mean of 1e4, to 1e-9 of the exact value", () => {
  const x = randomTensor([64, 1, 4, 4], seededRandom(1), { shift: 1e4 });
  const exact = exactMoments(x.data);
  const { mean, variance } = moments(x);
  assert.ok(Math.abs(mean[0] / exact.mean - 1) < 1e-14);
  assert.ok(
    Math.abs(variance[0] / exact.variance - 1) < 1e-9,
    `${variance[0] / exact.variance - 1}`,
  );
});

Deno.test("moments() of a channel whose first value is far out are still exact to 1e-9", () => {
  const x = randomTensor([1000, 1], seededRandom(2));
  x.data[0] = 1e6;
  const exact = exactMoments(x.data);
  assert.ok(Math.abs(moments(x).variance[0] / exact.variance - 1) < 1e-9);
});

Deno.test("moments() of a constant channel have variance 0, whatever the constant", () => {
  fc.assert(fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
    const x = { data: new Float32Array(30).fill(value), shape: [3, 2, 5] };
    assert.deepEqual([...moments(x).variance], [0, 0]);
    // −0 and 0 are the same mean.
    assert.ok(moments(x).mean[1] === value);
  }));
});

Deno.test("moments() of an empty batch are zeros over m = 0", () => {
  const { mean, variance, m } = moments({ data: new Float32Array(0), shape: [0, 2, 3] });
  assert.deepEqual([m, ...mean, ...variance], [0, 0, 0, 0, 0]);
});

Deno.test("moments() with NaN or infinity in a channel are not finite there, and only there", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const x = randomTensor([4, 3], seededRandom(3));
      x.data[4] = bad;
      const { mean, variance } = moments(x, { layout });
      assert.ok(!Number.isFinite(variance[1]));
      for (const c of [0, 2]) assert.ok(Number.isFinite(mean[c]) && Number.isFinite(variance[c]));
    }
  }
});

Deno.test("mergeMoments() of two parts are the moments of the whole", () => {
  const counts = fc.integer({ min: 0, max: 20 });
  fc.assert(fc.property(counts, counts, fc.nat(), (a, b, seed) => {
    const random = seededRandom(seed);
    const whole = randomTensor([a + b, 3, 2], random, { scale: 5, shift: 100 });
    const part = (from: number, to: number) =>
      moments({ data: whole.data.slice(from * 6, to * 6), shape: [to - from, 3, 2] });
    const merged = mergeMoments(part(0, a), part(a, a + b));
    const expected = moments(whole);
    assert.equal(merged.m, expected.m);
    for (let c = 0; c < 3; c++) {
      assert.ok(Math.abs(merged.mean[c] - expected.mean[c]) <= 1e-12 * 100);
      assert.ok(Math.abs(merged.variance[c] - expected.variance[c]) <= 1e-10);
    }
  }));
});

Deno.test("mergeMoments() refuses parts with other channels or a count that is none", () => {
  const part = (channels: number) =>
    moments({ data: new Float32Array(2 * channels), shape: [2, channels] });
  assert.throws(() => mergeMoments(part(2), part(3)), {
    name: "TypeError",
    message: "mergeMoments expects b to have 2 channels as a has: got 3",
  });
  assert.throws(() => mergeMoments({ ...part(2), m: -1 }, part(2)), RangeError);
});
