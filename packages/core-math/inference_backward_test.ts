import assert from "node:assert/strict";
import { byDefinition, channelPlaces, dot, slopes } from "@renorm/testing/definition";
import { assertClose, assertSame, numbers, tensor } from "@renorm/testing/assertions";
import { batchNormInference } from "./inference.ts";
import { batchNormInferenceBackward } from "./inference.ts";

for (const affine of [true, false]) {
  const kind = affine ? "with weight and bias" : "without";
  Deno.test(`batchNormInferenceBackward() agrees with finite differences, ${kind}`, () => {
    for (const layout of ["channels-first", "channels-last"] as const) {
      for (const shape of [[5, 3], [4, 3, 3], [3, 3, 2, 3], [2, 3, 2, 2, 3]]) {
        const size = shape.reduce((a, b) => a * b);
        const channels = channelPlaces(shape, layout).length;
        const x = { data: Float64Array.from(numbers(26, size)), shape };
        const dy = { data: Float64Array.from(numbers(27, size)), shape };
        const weight = affine ? Float64Array.from(numbers(28, channels)) : null;
        const bias = affine ? Float64Array.from(numbers(29, channels)) : null;
        const mean = Float32Array.from(numbers(30, channels));
        const variance = Float32Array.from(numbers(31, channels), (value) => value * value);
        const parameters = { weight, bias, runningMean: mean, runningVar: variance };
        const { saved } = batchNormInference(x, parameters, { layout, eps: 1e-3 });
        const fixed = { mean, variance };
        const loss = () =>
          dot(byDefinition(x.data, { shape, layout, eps: 1e-3, weight, bias, fixed }), dy.data);
        const { dx, dWeight, dBias } = batchNormInferenceBackward(dy, saved);
        assertClose(dx.data, slopes(x.data, loss), 1e-7, `dx ${shape} ${layout}`);
        assert.equal(dWeight !== null && dBias !== null, affine);
        if (weight && dWeight) assertClose(dWeight, slopes(weight, loss), 1e-7, "dWeight");
        if (bias && dBias) assertClose(dBias, slopes(bias, loss), 1e-7, "dBias");
      }
    }
  });
}

const x = tensor([2, 1], [1, 5]);
const parameters = {
  weight: new Float32Array([10]),
  bias: new Float32Array([0]),
  runningMean: new Float32Array([3]),
  runningVar: new Float32Array([3]),
};

Deno.test("batchNormInferenceBackward() by hand, also with dx over dy", () => {
  const { saved } = batchNormInference(x, parameters, { eps: 1 });
  const dy = tensor([2, 1], [1, 2]);
  // z is [-1, 1] and dx is 10/2 · dy.
  const expected = { dx: tensor([2, 1], [5, 10]), dWeight: [1], dBias: [3] };
  assertSame(batchNormInferenceBackward(dy, saved), expected);
  const inPlace = batchNormInferenceBackward(dy, saved, { out: dy });
  assert.equal(inPlace.dx, dy);
  assertSame(inPlace, expected);
});

Deno.test("batchNormInferenceBackward() of an empty batch has zero parameter gradients", () => {
  const { saved } = batchNormInference(tensor([0, 1], []), parameters);
  const gradients = batchNormInferenceBackward(tensor([0, 1], []), saved);
  assertSame(gradients, { dx: tensor([0, 1], []), dWeight: [0], dBias: [0] });
});

Deno.test("batchNormInferenceBackward() refuses another shape and an out over x", () => {
  const { saved } = batchNormInference(x, parameters);
  const cases: [typeof x, object, string][] = [
    [tensor([1, 1], [1]), {}, "dy to have shape [2, 1]: got [1, 1]"],
    [x, { out: x }, "out to share no memory with x, which backward reads: got an overlap"],
  ];
  for (const [dy, options, message] of cases) {
    assert.throws(() => batchNormInferenceBackward(dy, saved, options), {
      name: "TypeError",
      message: `batchNormInferenceBackward expects ${message}`,
    });
  }
});
