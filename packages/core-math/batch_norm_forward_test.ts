import assert from "node:assert/strict";
import { byDefinition, channelPlaces, meanAndVariance } from "@renorm/testing/definition";
import { assertClose, assertSame, numbers, someTensor, tensor } from "@renorm/testing/assertions";
import type { TrainingOptions } from "./checks/forward.ts";
import { batchNormForward } from "./batch_norm.ts";

// Mean 1, biased variance 3, unbiased variance 4; with eps 1 the deviation is 2.
const x = tensor([4, 1], [0, 0, 0, 4]);
const affine = { weight: new Float32Array([4]), bias: new Float32Array([10]) };
const running = () => ({ runningMean: new Float32Array([5]), runningVar: new Float32Array([8]) });

Deno.test("batchNormForward() normalises with the biased variance and tracks the unbiased", () => {
  const stats = running();
  const options = { eps: 1, momentum: 0.5 };
  const { y, saved, skippedUpdates } = batchNormForward(x, { ...affine, ...stats }, options);
  assertSame(y, tensor([4, 1], [8, 8, 8, 16]));
  assertSame(stats, { runningMean: [3], runningVar: [6] });
  assertSame([saved.mean, saved.invStd], [[1], [0.5]]);
  assert.equal(skippedUpdates, 0);
});

Deno.test("batchNormForward() tracks the biased variance when told to", () => {
  const stats = running();
  batchNormForward(x, stats, { momentum: 0.5, runningVariance: "biased" });
  assertSame(stats, { runningMean: [3], runningVar: [5.5] });
});

Deno.test("batchNormForward() agrees with the definition in every rank and layout", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const shape of [[5, 3], [4, 3, 3], [3, 3, 2, 3], [2, 3, 2, 2, 3]]) {
      const input = someTensor(4, shape);
      const places = channelPlaces(shape, layout);
      const weight = Float32Array.from(numbers(5, places.length));
      const bias = Float32Array.from(numbers(6, places.length));
      const runningMean = new Float32Array(places.length);
      const runningVar = new Float32Array(places.length).fill(1);
      const parameters = { weight, bias, runningMean, runningVar };
      const { y } = batchNormForward(input, parameters, { layout, eps: 1e-3, momentum: 1 });
      const definition = { shape, layout, eps: 1e-3, weight, bias };
      assertClose(y.data, byDefinition(input.data, definition), 1e-7, `${shape} ${layout}`);
      const batch = places.map((of) => meanAndVariance(of.map((i) => input.data[i])));
      assertClose(runningMean, batch.map(({ mean }) => mean), 1e-7);
      const bessel = places[0].length / (places[0].length - 1);
      assertClose(runningVar, batch.map(({ variance }) => variance * bessel), 1e-7);
    }
  }
});

Deno.test("batchNormForward() has eps 1e-5, momentum 0.1 and no affine map by default", () => {
  const stats = running();
  const { y } = batchNormForward(x, stats);
  const std = Math.sqrt(3 + 1e-5);
  assertClose(y.data, [-1 / std, -1 / std, -1 / std, 3 / std], 1e-7);
  assertClose(stats.runningMean, [4.6], 1e-7);
  assertClose(stats.runningVar, [7.6], 1e-7);
  assertSame(batchNormForward(x).y, y);
});

Deno.test("batchNormForward() moves no statistics under updateStats: false", () => {
  const stats = running();
  const looked = batchNormForward(x, stats, { updateStats: false }).y;
  assertSame(stats, running());
  assertSame(looked, batchNormForward(x, stats).y);
});

Deno.test("batchNormForward() gives a channel that is not finite to onNonFinite", () => {
  const spoilt = tensor([4, 2], [0, 0, 0, NaN, 0, 0, 4, 0]);
  const stats = () => ({
    runningMean: new Float32Array([5, 5]),
    runningVar: new Float32Array([8, 8]),
  });
  const after = (onNonFinite: "skip" | "propagate") => {
    const parameters = stats();
    const { y, skippedUpdates } = batchNormForward(spoilt, parameters, {
      momentum: 0.5,
      onNonFinite,
    });
    assert.deepEqual([...y.data].map(Number.isFinite), Array(4).fill([true, false]).flat());
    return { ...parameters, skippedUpdates };
  };
  assertSame(after("skip"), { runningMean: [3, 5], runningVar: [6, 8], skippedUpdates: 1 });
  const taken = { runningMean: [3, NaN], runningVar: [6, NaN], skippedUpdates: 0 };
  assertSame(after("propagate"), taken);

  const kept = stats();
  const out = tensor([4, 2], Array(8).fill(7));
  assert.throws(() => batchNormForward(spoilt, kept, { onNonFinite: "throw", out }), {
    name: "RangeError",
    message: "batchNormForward expects finite batch statistics: " +
      "got mean NaN and variance NaN in channel 1",
  });
  assertSame([kept, out.data], [stats(), Array(8).fill(7)]);
});

Deno.test("batchNormForward() still normalises what is too large for its statistics", () => {
  const stats = running();
  const { y, skippedUpdates } = batchNormForward(tensor([2, 1], [-3e38, 3e38]), stats);
  assertSame(y.data, [-1, 1]);
  assertSame([stats, skippedUpdates], [running(), 1]);
});

Deno.test("batchNormForward() of an empty batch is empty and touches nothing", () => {
  for (const shape of [[0, 1], [0, 1, 3], [2, 1, 0, 3]]) {
    for (const onNonFinite of ["skip", "throw", "propagate"] as const) {
      const stats = running();
      const { y, skippedUpdates } = batchNormForward(tensor(shape, []), stats, { onNonFinite });
      assertSame([y, stats, skippedUpdates], [tensor(shape, []), running(), 0]);
    }
  }
});

Deno.test("batchNormForward() refuses what it cannot use and changes nothing", () => {
  const stats = running();
  const { runningMean } = stats;
  const wide = new Float32Array(2);
  const cases: [unknown, object, object, string, string][] = [
    [
      tensor([1, 1], [3]),
      stats,
      {},
      "RangeError",
      "more than 1 value per channel when training: got shape [1, 1]",
    ],
    [
      x,
      { runningMean },
      {},
      "TypeError",
      "runningVar to be a Float32Array or Float64Array: got undefined",
    ],
    [
      x,
      { ...stats, weight: wide },
      {},
      "TypeError",
      "weight to have 1 values, one per channel: got 2",
    ],
    [x, { ...stats, bias: wide }, {}, "TypeError", "bias to have 1 values, one per channel: got 2"],
    [x, stats, { momentum: 2 }, "RangeError", "momentum to be a number in [0, 1]: got 2"],
    [x, stats, { updateStats: 0 }, "TypeError", "updateStats to be true or false: got 0"],
    [
      x,
      stats,
      { out: x },
      "TypeError",
      "out to share no memory with x, which backward reads: got an overlap",
    ],
    [
      x,
      stats,
      { rmax: 3 },
      "TypeError",
      "options among eps, momentum, layout, runningVariance, " +
      'onNonFinite, onSingleValue, updateStats, mask, out: got "rmax"',
    ],
    [
      { ...x, data: [] },
      stats,
      {},
      "TypeError",
      "x.data to be a Float32Array or Float64Array: got []",
    ],
  ];
  for (const [input, parameters, options, name, message] of cases) {
    const call = () => batchNormForward(input as typeof x, parameters, options as TrainingOptions);
    assert.throws(call, { name, message: `batchNormForward expects ${message}` });
  }
  assertSame(stats, running());
});
