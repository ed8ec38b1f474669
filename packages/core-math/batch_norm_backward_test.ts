import assert from "node:assert/strict";
import { byDefinition, channelPlaces, dot, slopes } from "@renorm/testing/definition";
import { assertClose, assertSame, numbers, tensor } from "@renorm/testing/assertions";
import { batchNormBackward } from "./batch_norm.ts";
import { batchNormForward } from "./batch_norm.ts";

Deno.test("batchNormBackward() agrees with finite differences in every rank and layout", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const shape of [[5, 3], [4, 3, 3], [3, 3, 2, 3], [2, 3, 2, 2, 3]]) {
      const size = shape.reduce((a, b) => a * b);
      const channels = channelPlaces(shape, layout).length;
      const x = { data: Float64Array.from(numbers(7, size)), shape };
      const dy = { data: Float64Array.from(numbers(8, size)), shape };
      const weight = Float64Array.from(numbers(9, channels));
      const bias = Float64Array.from(numbers(10, channels));
      const { y, saved } = batchNormForward(x, { weight, bias }, { layout, eps: 1e-3 });
      const loss = () =>
        dot(byDefinition(x.data, { shape, layout, eps: 1e-3, weight, bias }), dy.data);
      assertClose([dot(y.data, dy.data)], [loss()], 1e-12);
      const { dx, dWeight, dBias } = batchNormBackward(dy, saved);
      assert.ok(dWeight && dBias);
      assertClose(dx.data, slopes(x.data, loss), 1e-7, `dx ${shape} ${layout}`);
      assertClose(dWeight, slopes(weight, loss), 1e-7, `dWeight ${shape} ${layout}`);
      assertClose(dBias, slopes(bias, loss), 1e-7, `dBias ${shape} ${layout}`);
    }
  }
});

Deno.test("batchNormBackward() by hand: z is [-1, -1, -1, 3]/2, dy is [0, 0, 0, 4]", () => {
  const x = tensor([4, 1], [0, 0, 0, 4]);
  const affine = { weight: new Float32Array([8]), bias: new Float32Array([1]) };
  const { saved } = batchNormForward(x, affine, { eps: 1 });
  const { dx, dWeight, dBias } = batchNormBackward(tensor([4, 1], [0, 0, 0, 4]), saved);
  // S0 = 4, S1 = 6; dx = 8/2 · (dy − 1 − z · 6/4).
  assertSame(dx, tensor([4, 1], [-1, -1, -1, 3]));
  assertSame([dWeight, dBias], [[6], [4]]);
});

Deno.test("batchNormBackward() gives null for parameters that were not there", () => {
  const x = tensor([4, 1], [0, 0, 0, 4]);
  const dy = tensor([4, 1], [0, 0, 0, 4]);
  const weight = new Float32Array([8]);
  const none = batchNormBackward(dy, batchNormForward(x, {}, { eps: 1 }).saved);
  assertSame(none, {
    dx: tensor([4, 1], [-1, -1, -1, 3].map((v) => v / 8)),
    dWeight: null,
    dBias: null,
  });
  const { dWeight, dBias } = batchNormBackward(dy, batchNormForward(x, { weight }).saved);
  assert.ok(dWeight && dBias === null);
});

Deno.test("batchNormBackward() of an empty batch is empty, with zero parameter gradients", () => {
  const affine = { weight: new Float32Array(2).fill(3), bias: new Float32Array(2) };
  for (const shape of [[0, 2], [0, 2, 3], [4, 2, 0]]) {
    const { saved } = batchNormForward(tensor(shape, []), affine);
    const gradients = batchNormBackward(tensor(shape, []), saved);
    assertSame(gradients, { dx: tensor(shape, []), dWeight: [0, 0], dBias: [0, 0] });
  }
});

Deno.test("batchNormBackward() writes dx into out, and over dy where that is out", () => {
  const x = tensor([3, 2, 3], numbers(11, 18));
  const dy = tensor([3, 2, 3], numbers(12, 18));
  const { saved } = batchNormForward(x, { weight: new Float32Array([2, 3]) });
  const expected = batchNormBackward(dy, saved);
  const out = tensor([3, 2, 3], Array(18).fill(NaN));
  assert.equal(batchNormBackward(dy, saved, { out }).dx, out);
  assertSame(out, expected.dx);
  const inPlace = batchNormBackward(dy, saved, { out: dy });
  assert.equal(inPlace.dx, dy);
  assertSame(inPlace, expected);
});

Deno.test("batchNormBackward() refuses a dy or out that is not alike x, and an out over x", () => {
  const x = tensor([2, 2], [1, 2, 3, 4]);
  const { saved } = batchNormForward(x);
  const cases: [unknown, object, string][] = [
    [tensor([4, 1], [1, 2, 3, 4]), {}, "dy to have shape [2, 2]: got [4, 1]"],
    [{ ...x, data: new Float64Array(4) }, {}, "dy.data to be a Float32Array: got Float64Array"],
    [undefined, {}, "dy to be an object: got undefined"],
    [x, { out: tensor([4, 1], [1, 2, 3, 4]) }, "out to have shape [2, 2]: got [4, 1]"],
    [x, { out: x }, "out to share no memory with x, which backward reads: got an overlap"],
    [x, { over: x }, 'options among out: got "over"'],
  ];
  for (const [dy, options, message] of cases) {
    const call = () => batchNormBackward(dy as typeof x, saved, options);
    assert.throws(call, { name: "TypeError", message: `batchNormBackward expects ${message}` });
  }
});

Deno.test("batchNormBackward() writes dx over all of dy or none of it, never over a part", () => {
  const x = { data: Float32Array.of(1, 2, 4, 8), shape: [4, 1] };
  const memory = new Float32Array(5).fill(1);
  const dy = { data: memory.subarray(0, 4), shape: [4, 1] };
  const { saved } = batchNormForward(x);
  const expected = batchNormBackward({ data: dy.data.slice(), shape: [4, 1] }, saved).dx.data;
  assert.throws(
    () => batchNormBackward(dy, saved, { out: { data: memory.subarray(1, 5), shape: [4, 1] } }),
    {
      name: "TypeError",
      message: "batchNormBackward expects out over all of dy or none of it: got a part",
    },
  );
  assert.deepEqual([...memory], [1, 1, 1, 1, 1]);
  assert.deepEqual(batchNormBackward(dy, saved, { out: dy }).dx.data, expected);
});
