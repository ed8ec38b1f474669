import assert from "node:assert/strict";
import { byDefinition, channelPlaces } from "@renorm/testing/definition";
import { assertClose, assertSame, numbers, someTensor, tensor } from "@renorm/testing/assertions";
import type { InferenceOptions } from "./checks/forward.ts";
import { batchNormInference } from "./inference.ts";

const x = tensor([2, 2], [1, 10, 5, 30]);
const parameters = () => ({
  weight: new Float32Array([10, 3]),
  bias: new Float32Array([5, 0.25]),
  runningMean: new Float32Array([3, 20]),
  runningVar: new Float32Array([3, 24]),
});

Deno.test("batchNormInference() maps each channel by its running statistics and moves none", () => {
  const given = parameters();
  const { y } = batchNormInference(x, given, { eps: 1 });
  // 10 · (x − 3)/2 + 5 and 3 · (x − 20)/5 + 0.25.
  assertSame(y, tensor([2, 2], [-5, -5.75, 15, 6.25]));
  assertSame(given, parameters());
});

Deno.test("batchNormInference() agrees with the definition in every rank and layout", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const shape of [[5, 3], [4, 3, 3], [3, 3, 2, 3], [2, 3, 2, 2, 3]]) {
      const input = someTensor(22, shape);
      const channels = channelPlaces(shape, layout).length;
      const mean = Float32Array.from(numbers(23, channels));
      const variance = Float32Array.from(numbers(24, channels), (value) => value * value);
      const weight = Float32Array.from(numbers(25, channels));
      const running = { runningMean: mean, runningVar: variance };
      const { y } = batchNormInference(input, { weight, ...running }, { layout });
      const definition = { shape, layout, eps: 1e-5, weight, fixed: { mean, variance } };
      assertClose(y.data, byDefinition(input.data, definition), 1e-7, `${shape} ${layout}`);
    }
  }
});

Deno.test("batchNormInference() takes one value per channel, and none", () => {
  const one = batchNormInference(tensor([1, 2], [5, 30]), parameters(), { eps: 1 });
  assertSame(one.y.data, [15, 6.25]);
  const none = batchNormInference(tensor([0, 2, 3], []), parameters());
  assertSame(none.y, tensor([0, 2, 3], []));
});

Deno.test("batchNormInference() writes into out and returns it", () => {
  const out = tensor([2, 2], [0, 0, 0, 0]);
  assert.equal(batchNormInference(x, parameters(), { eps: 1, out }).y, out);
  assertSame(out.data, [-5, -5.75, 15, 6.25]);
});

Deno.test("batchNormInference() refuses what it cannot use", () => {
  const stats = parameters();
  const cases: [object, object, string, string][] = [
    [{}, {}, "TypeError", "runningMean to be a Float32Array or Float64Array: got undefined"],
    [
      { ...stats, runningVar: new Float32Array(3) },
      {},
      "TypeError",
      "runningVar to have 2 values, one per channel: got 3",
    ],
    [
      { ...stats, weight: new Float32Array(3) },
      {},
      "TypeError",
      "weight to have 2 values, one per channel: got 3",
    ],
    [stats, { eps: 0 }, "RangeError", "eps to be finite and above 0: got 0"],
    [stats, { momentum: 0.1 }, "TypeError", 'options among eps, layout, mask, out: got "momentum"'],
    [
      stats,
      { out: x },
      "TypeError",
      "out to share no memory with x, which backward reads: got an overlap",
    ],
  ];
  for (const [given, options, name, message] of cases) {
    const call = () => batchNormInference(x, given as typeof stats, options as InferenceOptions);
    assert.throws(call, { name, message: `batchNormInference expects ${message}` });
  }
});
