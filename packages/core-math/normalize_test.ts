import assert from "node:assert/strict";
import { otherLayout } from "@renorm/testing/random_cases";
import { assertClose, assertSame, tensor } from "@renorm/testing/assertions";
import type { Normalization } from "./math/normalize.ts";
import { normalize, type NormalizeOptions } from "./normalize.ts";

const x = tensor([2, 2, 2], [1, 3, 10, 20, 5, 7, 30, 40]);
const normalization: Normalization = {
  mean: new Float64Array([3, 20]),
  invStd: new Float64Array([0.5, 0.1]),
  r: new Float64Array([2, 4]),
  d: new Float64Array([1, -1]),
  weight: new Float32Array([10, 3]),
  bias: new Float32Array([5, 0.25]),
};
// Channel 0: 10 · ((x − 3) · 0.5 · 2 + 1) + 5; channel 1: 3 · ((x − 20) · 0.1 · 4 − 1) + 0.25.
const expected = tensor([2, 2, 2], [-5, 15, -14.75, -2.75, 35, 55, 9.25, 21.25]);

Deno.test("normalize() applies mean, invStd, r, d, weight and bias of each channel", () => {
  assertSame(normalize(x, normalization), expected);
  const last = otherLayout(x, "channels-first");
  assertSame(
    normalize(last, normalization, { layout: "channels-last" }),
    otherLayout(expected, "channels-first"),
  );
});

Deno.test("normalize() counts absent r and weight as 1, absent d and bias as 0", () => {
  const { mean, invStd } = normalization;
  const plain = [-1, 0, -1, 0, 1, 2, 1, 2];
  assertSame(normalize(x, { mean, invStd }), tensor([2, 2, 2], plain));
  assertSame(
    normalize(x, { mean, invStd, weight: null, bias: null }),
    tensor([2, 2, 2], plain),
  );
});

Deno.test("normalize() takes the mean off first, so nothing cancels beside a large one", () => {
  const far = { data: new Float64Array([1e15, 1e15 + 4]), shape: [2, 1] };
  const y = normalize(far, {
    mean: new Float64Array([1e15 + 2]),
    invStd: new Float64Array([1 / 3]),
  });
  assertClose(y.data, [-2 / 3, 2 / 3], 1e-15);
});

Deno.test("normalize() writes into out and returns it, and only there", () => {
  const before = x.data.slice();
  const out = tensor([2, 2, 2], Array(8).fill(NaN));
  assert.equal(normalize(x, normalization, { out }), out);
  assertSame(out, expected);
  assertSame(x.data, before);
});

Deno.test("normalize() takes an out that lies beside x in one buffer, not over it", () => {
  const buffer = new Float32Array(17);
  const inside = { data: buffer.subarray(0, 8), shape: x.shape };
  inside.data.set(x.data);
  const beside = { data: buffer.subarray(8, 16), shape: x.shape };
  assertSame(normalize(inside, normalization, { out: beside }), expected);
  for (const start of [0, 1, 7]) {
    const over = { data: buffer.subarray(start, start + 8), shape: x.shape };
    assert.throws(() => normalize(inside, normalization, { out: over }), {
      name: "TypeError",
      message: "normalize expects out to share no memory with x, which backward reads: " +
        "got an overlap",
    });
  }
  assertSame(inside, x);
});

Deno.test("normalize() refuses vectors and outs that do not fit x", () => {
  const cases: [object, object, string][] = [
    [{ mean: new Float64Array(3) }, {}, "mean to have 2 values, one per channel: got 3"],
    [{ invStd: [1, 1] }, {}, "invStd to be a Float32Array or Float64Array: got [1, 1]"],
    [{ r: new Float64Array(1) }, {}, "r to have 2 values, one per channel: got 1"],
    [{ d: 0 }, {}, "d to be a Float32Array or Float64Array: got 0"],
    [{ weight: new Float32Array(1) }, {}, "weight to have 2 values, one per channel: got 1"],
    [{ bias: "0" }, {}, 'bias to be a Float32Array or Float64Array: got "0"'],
    [{}, { out: tensor([2, 4], Array(8)) }, "out to have shape [2, 2, 2]: got [2, 4]"],
    [
      {},
      { out: { data: new Float64Array(8), shape: [2, 2, 2] } },
      "out.data to be a Float32Array: got Float64Array",
    ],
    [{}, { out: null }, "out to be a tensor: got null"],
    [{}, { inPlace: true }, 'options among layout, out: got "inPlace"'],
  ];
  for (const [vectors, options, message] of cases) {
    const call = () => normalize(x, { ...normalization, ...vectors }, options as NormalizeOptions);
    assert.throws(call, { name: "TypeError", message: `normalize expects ${message}` });
  }
});
