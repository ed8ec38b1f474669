import assert from "node:assert/strict";
import fc from "fast-check";
import { otherLayout } from "@renorm/testing/random_cases";
import {
  assertClose,
  assertHolds,
  assertSame,
  numbers,
  someTensor,
  tensor,
} from "@renorm/testing/assertions";
import { moments, type MomentsOptions } from "./moments.ts";

/** The variance of float32 values without any rounding, as a ratio of integers. */
function exactVariance(values: Float32Array): number {
  const unit = 2 ** 40;
  const integers = Array.from(values, (value) => BigInt(value * unit));
  const m = BigInt(values.length);
  const sum = integers.reduce((a, b) => a + b, 0n);
  const sumOfSquares = integers.reduce((a, b) => a + b * b, 0n);
  return Number(m * sumOfSquares - sum * sum) / Number(m * m) / unit ** 2;
}

Deno.test("moments() gives the mean and the biased variance of each channel", () => {
  const x = tensor([2, 2, 1, 2], [1, 2, 10, 10, 5, 6, 10, 30]);
  const expected = { mean: [3.5, 15], variance: [4.25, 75], m: 4 };
  assertSame(moments(x), expected);
  const last = otherLayout(x, "channels-first");
  assertSame(moments(last, { layout: "channels-last" }), expected);
});

Deno.test("moments() keeps 12 digits of a variance beside a mean of 10 000 deviations", () => {
  for (const [offset, std] of [[1e4, 1], [-1e4, 1], [1e3, 0.1], [0, 1]]) {
    const values = numbers(1, 4096).map((value) => offset + std * value);
    for (const shape of [[4096, 1], [4, 1, 32, 32]]) {
      const x = tensor(shape, values);
      const exact = exactVariance(x.data);
      assert.ok(exact > std ** 2, "the numbers are spread as the test means them to be");
      assertClose(moments(x).variance, [exact], 1e-12, `${offset} ${shape}`);
    }
  }
});

Deno.test("moments() keeps 10 digits where the first value is far from all others", () => {
  // The sums are taken from the first value on, so this costs a factor of m in rounding.
  const x = tensor([1001, 1], [1e6, ...numbers(2, 1000)]);
  assertClose(moments(x).variance, [exactVariance(x.data)], 1e-10);
});

Deno.test("moments() of a constant channel are the constant and exactly 0", () => {
  assertHolds(fc.property(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 50 }),
    (value, n, inner) => {
      const { mean, variance } = moments(tensor([n, 1, inner], Array(n * inner).fill(value)));
      assert.ok(mean[0] === value);
      assertSame(variance, [0]);
    },
  ));
});

Deno.test("moments() of float64 tensors have the digits of float64", () => {
  const x = { data: new Float64Array([1, 1 + 2 ** -40]), shape: [2, 1] };
  assertSame(moments(x), { mean: [1 + 2 ** -41], variance: [2 ** -82], m: 2 });
});

Deno.test("moments() of an empty batch are zeros with m = 0", () => {
  for (const shape of [[0, 2], [0, 2, 3], [2, 2, 0, 4]]) {
    assertSame(moments(tensor(shape, [])), { mean: [0, 0], variance: [0, 0], m: 0 });
  }
});

Deno.test("moments() let NaN and infinity spoil their own channel only", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    const clean = someTensor(3, layout === "channels-first" ? [4, 3, 2] : [4, 2, 3]);
    const expected = moments(clean, { layout });
    for (const bad of [NaN, Infinity, -Infinity]) {
      // The first value of channel 1 (which is also its shift), and a later one.
      for (const place of layout === "channels-first" ? [2, 15] : [1, 16]) {
        const data = clean.data.slice();
        data[place] = bad;
        const { mean, variance } = moments({ data, shape: clean.shape }, { layout });
        assert.ok(!Number.isFinite(mean[1]) && Number.isNaN(variance[1]), `${bad} at ${place}`);
        for (const c of [0, 2]) {
          assertSame([mean[c], variance[c]], [expected.mean[c], expected.variance[c]]);
        }
      }
    }
  }
});

Deno.test("moments() refuses malformed tensors and unknown options", () => {
  const x = tensor([2, 2], [1, 2, 3, 4]);
  const cases: [unknown, unknown, string][] = [
    [null, {}, "moments expects x to be an object: got null"],
    [
      { ...x, data: [1, 2, 3, 4] },
      {},
      "moments expects x.data to be a Float32Array or Float64Array: got [1, 2, 3, 4]",
    ],
    [
      { ...x, data: new Int32Array(4) },
      {},
      "moments expects x.data to be a Float32Array or Float64Array: got Int32Array",
    ],
    [
      { ...x, shape: [2, 3] },
      {},
      "moments expects x.data to have 6 values for shape [2, 3]: got 4",
    ],
    [
      { ...x, shape: [-2, -2] },
      {},
      "moments expects x.shape to be an array of integers of at least 0: got [-2, -2]",
    ],
    [
      { data: x.data },
      {},
      "moments expects x.shape to be an array of integers of at least 0: got undefined",
    ],
    [
      { ...x, shape: [4] },
      {},
      "moments expects a shape of 2 to 5 integers of at least 0: got [4]",
    ],
    [x, { axis: 1 }, 'moments expects options among layout, mask: got "axis"'],
    [x, null, "moments expects options to be an object: got null"],
    [x, "channels-last", 'moments expects options to be an object: got "channels-last"'],
  ];
  for (const [input, options, message] of cases) {
    const call = () => moments(input as typeof x, options as MomentsOptions);
    assert.throws(call, { name: "TypeError", message });
  }
});
