import assert from "node:assert/strict";
import {
  byDefinition,
  channelPlaces,
  dot,
  meanAndVariance,
  slopes,
} from "@renorm/testing/definition";
import { assertClose, assertSame, numbers, tensor } from "@renorm/testing/assertions";
import { batchRenormBackward } from "./batch_renorm.ts";
import { batchRenormForward } from "./batch_renorm.ts";
import type { Layout } from "./tensor.ts";

const limits = { eps: 1e-3, rmax: 1.5, dmax: 0.5 };

/**
 * A forward of five channels whose running statistics are placed so that r and d are within the
 * limits, above, below, and each clipped alone.
 */
function forwardOf(shape: readonly number[], layout: Layout, affine: boolean) {
  const size = shape.reduce((a, b) => a * b);
  const x = { data: Float64Array.from(numbers(18, size)), shape };
  const batch = channelPlaces(shape, layout)
    .map((places) => meanAndVariance(places.map((i) => x.data[i])));
  const runningVar = new Float32Array(5);
  const runningMean = new Float32Array(5);
  for (const [c, { mean, variance }] of batch.entries()) {
    const ratio = [0.8, 4, 0.2, 1.1, 3][c];
    const distance = [0.25, 2, -2, 3, -0.25][c];
    runningVar[c] = variance / ratio ** 2;
    runningMean[c] = mean - distance * Math.sqrt(runningVar[c]);
  }
  const weight = affine ? Float64Array.from(numbers(19, 5)) : null;
  const bias = affine ? Float64Array.from(numbers(20, 5)) : null;
  const parameters = { weight, bias, runningMean, runningVar };
  return { x, weight, bias, ...batchRenormForward(x, parameters, { ...limits, layout }) };
}

for (const layout of ["channels-first", "channels-last"] as const) {
  for (const affine of [true, false]) {
    const kind = `${affine ? "with" : "without"} weight and bias, ${layout}`;
    Deno.test(`batchRenormBackward() agrees with finite differences, ${kind}`, () => {
      const shapes = layout === "channels-first"
        ? [[6, 5], [4, 5, 3], [3, 5, 2, 3], [2, 5, 2, 2, 3]]
        : [[6, 5], [4, 3, 5], [3, 2, 3, 5], [2, 2, 2, 3, 5]];
      for (const shape of shapes) {
        const { x, weight, bias, y, saved } = forwardOf(shape, layout, affine);
        const { r, d } = saved;
        const within = (value: number, low: number, high: number) => low < value && value < high;
        assert.ok(within(r[0], 1 / 1.5, 1.5) && within(d[0], -0.5, 0.5), "channel 0 is free");
        assertSame([r[1], d[1], r[2], d[2]], [1.5, 0.5, 1 / 1.5, -0.5], "1 and 2 are clipped");
        assert.ok(within(r[3], 1 / 1.5, 1.5) && d[3] === 0.5, "channel 3 clips d alone");
        assert.ok(r[4] === 1.5 && within(d[4], -0.5, 0), "channel 4 clips r alone");

        const dy = { data: Float64Array.from(numbers(21, y.data.length)), shape };
        const definition = { shape, layout, eps: limits.eps, weight, bias, r, d };
        const loss = () => dot(byDefinition(x.data, definition), dy.data);
        assertClose([dot(y.data, dy.data)], [loss()], 1e-12);
        const { dx, dWeight, dBias } = batchRenormBackward(dy, saved);
        assertClose(dx.data, slopes(x.data, loss), 1e-7, `dx ${shape}`);
        assert.equal(dWeight !== null && dBias !== null, affine);
        if (weight && dWeight) assertClose(dWeight, slopes(weight, loss), 1e-7, "dWeight");
        if (bias && dBias) assertClose(dBias, slopes(bias, loss), 1e-7, "dBias");
      }
    });
  }
}

Deno.test("batchRenormBackward() by hand: r is 2, d is 4, z is [-1, -1, -1, 3]/2", () => {
  const x = tensor([4, 1], [0, 0, 0, 4]);
  const parameters = {
    weight: new Float32Array([8]),
    bias: new Float32Array([1]),
    runningMean: new Float32Array([-3]),
    runningVar: new Float32Array([0]),
  };
  const { saved } = batchRenormForward(x, parameters, { eps: 1, momentum: 1 });
  const gradients = batchRenormBackward(tensor([4, 1], [0, 0, 0, 4]), saved);
  // S0 = 4, S1 = 6; dx = 8·2/2 · (dy − 1 − z · 6/4), dWeight = 2 · 6 + 4 · 4.
  const dx = tensor([4, 1], [-2, -2, -2, 6]);
  assertSame(gradients, { dx, dWeight: [28], dBias: [4] });
});

Deno.test("batchRenormBackward() keeps d of a constant channel, and its dx is finite", () => {
  const stats = { runningMean: new Float32Array([-1]), runningVar: new Float32Array([0]) };
  const weight = new Float32Array([1]);
  const x = tensor([2, 1], [1, 1]);
  const { y, saved } = batchRenormForward(x, { weight, ...stats }, { eps: 1 });
  assertSame(y.data, [2, 2]);
  const { dx, dWeight } = batchRenormBackward(tensor([2, 1], [1, 3]), saved);
  // z is 0, r is 1 and the deviation is √eps = 1: dx = dy − 2, dWeight = d · S0.
  assertSame([dx.data, dWeight], [[-1, 1], [8]]);
});

Deno.test("batchRenormBackward() of an empty batch is empty, with zero parameter gradients", () => {
  const parameters = {
    weight: new Float32Array(2).fill(3),
    bias: new Float32Array(2),
    runningMean: new Float32Array(2).fill(9),
    runningVar: new Float32Array(2),
  };
  const { saved } = batchRenormForward(tensor([0, 2, 3], []), parameters);
  const gradients = batchRenormBackward(tensor([0, 2, 3], []), saved);
  assertSame(gradients, { dx: tensor([0, 2, 3], []), dWeight: [0, 0], dBias: [0, 0] });
});

Deno.test("batchRenormBackward() names itself when it refuses", () => {
  const stats = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
  const { saved } = batchRenormForward(tensor([2, 1], [1, 2]), stats);
  assert.throws(() => batchRenormBackward(tensor([1, 1], [1]), saved), {
    name: "TypeError",
    message: "batchRenormBackward expects dy to have shape [2, 1]: got [1, 1]",
  });
});
