import assert from "node:assert/strict";
import { byDefinition, channelPlaces, meanAndVariance } from "@renorm/testing/definition";
import { assertClose, assertSame, numbers, someTensor, tensor } from "@renorm/testing/assertions";
import { batchRenormForward, type RenormTrainingOptions } from "./batch_renorm.ts";

// Mean 1, biased variance 3; with eps 1 the deviation is 2 and z is [-1, -1, -1, 3]/2.
const x = tensor([4, 1], [0, 0, 0, 4]);
// The running deviation is 1, so r is 2 and d is 4 before clipping.
const running = () => ({ runningMean: new Float32Array([-3]), runningVar: new Float32Array([0]) });

Deno.test("batchRenormForward() normalises with z·r + d toward the running statistics", () => {
  const { y, saved } = batchRenormForward(x, running(), { eps: 1 });
  assertSame(y, tensor([4, 1], [3, 3, 3, 7]));
  assertSame([saved.mean, saved.invStd, saved.r, saved.d], [[1], [0.5], [2], [4]]);
  const affine = { weight: new Float32Array([10]), bias: new Float32Array([1]) };
  const scaled = batchRenormForward(x, { ...affine, ...running() }, { eps: 1 });
  assertSame(scaled.y.data, [31, 31, 31, 71]);
});

Deno.test("batchRenormForward() clips r and d to the limits of this step", () => {
  const { y, saved } = batchRenormForward(x, running(), { eps: 1, rmax: 1.5, dmax: 1 });
  assertSame([saved.r, saved.d], [[1.5], [1]]);
  assertSame(y.data, [0.25, 0.25, 0.25, 3.25]);
});

Deno.test("batchRenormForward() takes r and d from the statistics before their update", () => {
  const stats = running();
  const { y } = batchRenormForward(x, stats, { eps: 1, momentum: 1 });
  // With the statistics of this batch r would be 1 and d 0.
  assertSame(y.data, [3, 3, 3, 7]);
  assertSame(stats, { runningMean: [1], runningVar: [3] });
});

Deno.test("batchRenormForward() tracks the biased variance, or the unbiased when told to", () => {
  const after = (options: RenormTrainingOptions) => {
    const stats = running();
    batchRenormForward(x, stats, { momentum: 0.5, ...options });
    return stats;
  };
  assertSame(after({}), { runningMean: [-1], runningVar: [1.5] });
  assertSame(after({ runningVariance: "biased" }), after({}));
  assertSame(after({ runningVariance: "unbiased" }), { runningMean: [-1], runningVar: [2] });
});

Deno.test("batchRenormForward() agrees with the definition in every rank and layout", () => {
  const [rmax, dmax] = [1.2, 0.4];
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const shape of [[5, 3], [4, 3, 3], [3, 3, 2, 3], [2, 3, 2, 2, 3]]) {
      const input = someTensor(13, shape);
      const batch = channelPlaces(shape, layout)
        .map((places) => meanAndVariance(places.map((i) => input.data[i])));
      const weight = Float32Array.from(numbers(14, batch.length));
      const bias = Float32Array.from(numbers(15, batch.length));
      const runningMean = Float32Array.from(numbers(16, batch.length));
      const runningVar = Float32Array.from(numbers(17, batch.length), (v) => v * v);
      const eps = 1e-3;
      const stds = Array.from(runningVar, (variance) => Math.sqrt(variance + eps));
      const clip = (value: number, low: number, high: number) =>
        value < low ? low : value > high ? high : value;
      const r = batch.map(({ variance }, c) =>
        clip(Math.sqrt(variance + eps) / stds[c], 1 / rmax, rmax)
      );
      const d = batch.map(({ mean }, c) => clip((mean - runningMean[c]) / stds[c], -dmax, dmax));
      const expected = byDefinition(input.data, { shape, layout, eps, weight, bias, r, d });
      const parameters = { weight, bias, runningMean, runningVar };
      const { y } = batchRenormForward(input, parameters, { layout, eps, rmax, dmax });
      assertClose(y.data, expected, 1e-7, `${shape} ${layout}`);
    }
  }
});

Deno.test("batchRenormForward() keeps the limits 3 and 5 where none are given", () => {
  const far = { runningMean: new Float32Array([-100]), runningVar: new Float32Array([0]) };
  const { saved } = batchRenormForward(x, far, { eps: 1e-4 });
  assertSame([saved.r, saved.d], [[3], [5]]);
});

Deno.test("batchRenormForward() skips a channel that is not finite, others move on", () => {
  const spoilt = tensor([4, 2], [0, 0, 0, Infinity, 0, 0, 4, 0]);
  const stats = { runningMean: new Float32Array([-3, -3]), runningVar: new Float32Array([0, 0]) };
  const { y, skippedUpdates } = batchRenormForward(spoilt, stats, { eps: 1, momentum: 0.5 });
  assert.equal(skippedUpdates, 1);
  assertSame(stats, { runningMean: [-1, -3], runningVar: [1.5, 0] });
  assertSame([0, 2, 4, 6].map((i) => y.data[i]), [3, 3, 3, 7]);
});

Deno.test("batchRenormForward() of an empty batch is empty and touches nothing", () => {
  for (const shape of [[0, 1], [0, 1, 3], [2, 1, 0, 3]]) {
    const stats = running();
    const { y, saved, skippedUpdates } = batchRenormForward(tensor(shape, []), stats);
    assertSame([y, stats, skippedUpdates], [tensor(shape, []), running(), 0]);
    assertSame([saved.r, saved.d], [[1], [0]]);
  }
});

Deno.test("batchRenormForward() refuses what it cannot use and changes nothing", () => {
  const stats = running();
  const cases: [object, object, string, string][] = [
    [{}, {}, "TypeError", "runningMean to be a Float32Array or Float64Array: got undefined"],
    [
      { runningMean: stats.runningMean },
      {},
      "TypeError",
      "runningVar to be a Float32Array or Float64Array: got undefined",
    ],
    [stats, { rmax: 0.5 }, "RangeError", "rmax to be a number of at least 1: got 0.5"],
    [stats, { dmax: NaN }, "RangeError", "dmax to be a number of at least 0: got NaN"],
    [stats, { eps: -1 }, "RangeError", "eps to be finite and above 0: got -1"],
    [stats, { momentum: null }, "TypeError", "momentum to be a number in [0, 1]: got null"],
    [
      stats,
      { layout: "nchw" },
      "RangeError",
      'layout to be "channels-first" or "channels-last": got "nchw"',
    ],
  ];
  for (const [parameters, options, name, message] of cases) {
    const call = () =>
      batchRenormForward(x, parameters as typeof stats, options as RenormTrainingOptions);
    assert.throws(call, { name, message: `batchRenormForward expects ${message}` });
  }
  assert.throws(() => batchRenormForward(tensor([1, 1], [3]), stats), {
    name: "RangeError",
    message: "batchRenormForward expects more than 1 value per channel when training: " +
      "got shape [1, 1]",
  });
  assertSame(stats, running());
});
