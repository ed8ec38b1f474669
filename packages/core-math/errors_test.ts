import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "../parity/random_tensor.ts";
import { fc } from "../parity/seeded_fast_check.ts";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batch_norm_layers.ts";
import { BatchRenorm1d, BatchRenorm2d, BatchRenorm3d } from "./batch_renorm_layers.ts";
import { batchRenormForward } from "./batch_renorm_forward.ts";
import type { Tensor } from "./tensor.ts";

const kinds = [
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
] as const;

const form = /^\w+ expects .+: got .+$/s;

Deno.test("every bad option of a layer is refused in words: what was asked, then what came", () => {
  const common: [Record<string, unknown>, "TypeError" | "RangeError", RegExp][] = [
    [{ eps: 0 }, "RangeError", /eps to be finite and above 0: got 0$/],
    [{ eps: Infinity }, "RangeError", /eps .*: got Infinity$/],
    [{ eps: "1e-5" }, "TypeError", /eps .*: got "1e-5"$/],
    [{ momentum: 1.5 }, "RangeError", /momentum to be a number in \[0, 1\]: got 1.5$/],
    [{ momentum: NaN }, "RangeError", /momentum .*: got NaN$/],
    [{ affine: 1 }, "TypeError", /affine to be true or false: got 1$/],
    [{ trackRunningStats: null }, "TypeError", /trackRunningStats .*: got null$/],
    [{ layout: "NHWC" }, "RangeError", /layout to be "channels-first" or "channels-last": got/],
    [{ runningVariance: "best" }, "RangeError", /"biased" or "unbiased": got "best"$/],
    [{ onNonFinite: true }, "TypeError", /onNonFinite .*: got true$/],
    [{ Momentum: 0.1 }, "TypeError", /options among eps, momentum, .*: got "Momentum"$/],
  ];
  const renorm: typeof common = [
    [{ rmax: 0.5 }, "RangeError", /rmax to be a number of at least 1: got 0.5$/],
    [{ dmax: -1 }, "RangeError", /dmax to be a number of at least 0: got -1$/],
    [{ warmupSteps: 2.5 }, "RangeError", /warmupSteps to be an integer of at least 0: got 2.5$/],
    [{ momentum: null }, "TypeError", /momentum to be a number in \[0, 1\]: got null$/],
    [{ limitsAt: 3 }, "TypeError", /limitsAt to be a function: got 3$/],
    [{ limitsAt: () => ({}), rmax: 3 }, "TypeError", /either limitsAt or rmax.*: got both$/],
  ];
  for (const Layer of kinds) {
    const cases = Layer.name.includes("Renorm") ? [...common, ...renorm] : common;
    for (const [options, name, message] of cases) {
      assert.throws(() => new Layer(2, options), (error: Error) => {
        assert.equal(error.name, name);
        assert.match(error.message, message);
        assert.match(error.message, form);
        assert.ok(error.message.startsWith(`${Layer.name} expects`));
        return true;
      });
    }
    for (const count of [0, -1, 1.5, NaN]) {
      assert.throws(() => new Layer(count), {
        name: "RangeError",
        message: `${Layer.name} expects numFeatures to be an integer of at least 1: got ${count}`,
      });
    }
  }
  assert.throws(() => new BatchNorm1d(2, { rmax: 3 } as Record<string, number>), TypeError);
});

Deno.test("a refused input leaves the layer as it was", () => {
  const layer = new BatchRenorm2d(3, { warmupSteps: 2 });
  layer.forward(randomTensor([2, 3, 2, 2], seededRandom(1)));
  const x = randomTensor([2, 3, 2, 2], seededRandom(2));
  const before = layer.stateDict();
  const bad: [() => unknown, string][] = [
    [
      () => layer.forward(randomTensor([4, 8], seededRandom(1))),
      "BatchRenorm2d expects input of shape [n, c, h, w]: got shape [4, 8]",
    ],
    [
      () => layer.forward(randomTensor([2, 5, 2, 2], seededRandom(1))),
      "BatchRenorm2d expects input of shape [n, 3, h, w]: got shape [2, 5, 2, 2]",
    ],
    [
      () => layer.forward({ data: new Float32Array(5), shape: [2, 3, 2, 2] }),
      "BatchRenorm2d expects x.data to have 24 values for shape [2, 3, 2, 2]: got 5",
    ],
    [
      () => layer.forward({ data: [1] as unknown as Float32Array, shape: [1] }),
      "BatchRenorm2d expects x.data to be a Float32Array or Float64Array: got [1]",
    ],
    [
      () => layer.forward({ data: new Float64Array(24), shape: [2, 3, 2, 2] } as unknown as Tensor),
      "BatchRenorm2d expects x.data to be a Float32Array: got Float64Array",
    ],
    [
      () => layer.forward(undefined as unknown as Tensor),
      "BatchRenorm2d expects x.data to be a Float32Array or Float64Array: got undefined",
    ],
    [
      () => layer.forward(randomTensor([1, 3, 1, 1], seededRandom(1))),
      "BatchRenorm2d expects more than 1 value per channel when training: got shape [1, 3, 1, 1]",
    ],
    [
      () => layer.forward(x, { update: false } as Record<string, boolean>),
      'BatchRenorm2d expects options among updateStats, out: got "update"',
    ],
    [
      () => layer.forward(x, { out: x }),
      "batchRenormForward expects out to share no memory with x, which backward reads: got an overlap",
    ],
    [
      () => layer.forward(x, { out: { data: x.data.subarray(0, 12), shape: [1, 3, 2, 2] } }),
      "batchRenormForward expects out to have shape [2, 3, 2, 2]: got [1, 3, 2, 2]",
    ],
    [
      () => layer.backward(randomTensor([2, 3, 2, 3], seededRandom(1))),
      "BatchRenorm2d expects dy of shape [2, 3, 2, 2] as the last forward: got shape [2, 3, 2, 3]",
    ],
    [
      () => layer.train(1 as unknown as boolean),
      "BatchRenorm2d expects mode to be true or false: got 1",
    ],
    [
      () => new BatchNorm1d(2).backward({ data: new Float32Array(4), shape: [2, 2] }),
      "BatchNorm1d expects forward before backward: got no forward yet",
    ],
  ];
  for (const [call, message] of bad) {
    assert.throws(call, (error: Error) => {
      assert.equal(error.message, message);
      assert.ok(error instanceof TypeError || error instanceof RangeError);
      return true;
    });
    assert.deepEqual(layer.stateDict(), before);
    assert.equal(layer.training, true);
  }
});

Deno.test("limits out of range from limitsAt are refused when they come, and nothing has moved", () => {
  for (const limits of [{ rmax: 0.5, dmax: 0 }, { rmax: 1, dmax: NaN }, {}, null]) {
    const layer = new BatchRenorm1d(1, {
      limitsAt: () => limits as { rmax: number; dmax: number },
    });
    const before = layer.stateDict();
    assert.throws(() => layer.forward(randomTensor([4, 1], seededRandom(1))), { message: form });
    assert.deepEqual(layer.stateDict(), before);
  }
});

Deno.test("a bad state is refused whole, naming the key", () => {
  const layer = new BatchRenorm1d(2);
  const good = layer.stateDict();
  const cases: [Record<string, unknown>, string, RegExp][] = [
    [{ running_var: [1, -1] }, "RangeError", /running_var .* at least 0: got -1 in channel 1$/],
    [{ running_var: [NaN, 1] }, "RangeError", /running_var .*: got NaN in channel 0$/],
    [{ running_var: [1, 1e39] }, "RangeError", /running_var .*: got 1e\+39 in channel 1$/],
    [{ running_mean: [0, Infinity] }, "RangeError", /running_mean to be finite: got Infinity/],
    [{ weight: [1] }, "TypeError", /weight to be an array of 2 numbers: got 1 of them$/],
    [{ weight: ["1", 1] }, "TypeError", /weight .*: got "1"$/],
    [{ bias: undefined }, "TypeError", /bias to be an array of 2 numbers: got undefined$/],
    [{ num_batches_tracked: -1 }, "RangeError", /num_batches_tracked .*: got -1$/],
    [{ num_batches_tracked: 1.5 }, "RangeError", /num_batches_tracked .*: got 1.5$/],
    [{ gamma: [1, 1] }, "TypeError", /state keys among weight, .*: got "gamma"$/],
  ];
  for (const [change, name, message] of cases) {
    assert.throws(() => layer.loadStateDict({ ...good, weight: [5, 5], ...change }), {
      name,
      message,
    });
    assert.deepEqual(layer.stateDict(), good);
  }
  assert.throws(() => layer.loadStateDict(null as unknown as typeof good), TypeError);
});

Deno.test("the functions refuse bad options and lengths and leave the running statistics alone", () => {
  const x = randomTensor([4, 2], seededRandom(1));
  const running = { runningMean: new Float32Array(2), runningVar: new Float32Array(2).fill(1) };
  const calls: [() => unknown, RegExp][] = [
    [() => batchRenormForward(x, running, { rmax: 0 }), /batchRenormForward expects rmax/],
    [
      () => batchRenormForward(x, { ...running, weight: new Float32Array(3) }),
      /weight to have 2 values, one a channel: got 3$/,
    ],
    [
      () => batchRenormForward(x, {} as typeof running),
      /batchRenormForward expects runningMean: got undefined$/,
    ],
    [
      () => batchRenormForward(x, running, { epsilon: 1 } as Record<string, number>),
      /options among eps/,
    ],
    [() => batchRenormForward({ data: x.data, shape: [8] }, running), /shape of 2 to 5 integers/],
  ];
  for (const [call, message] of calls) {
    assert.throws(call, (error: Error) => message.test(error.message));
  }
  assert.deepEqual([...running.runningMean, ...running.runningVar], [0, 0, 1, 1]);
});

Deno.test("any options at all give a layer or one of the two errors, in the form of all errors", () => {
  const value = fc.oneof(fc.double(), fc.boolean(), fc.string(), fc.constant(null), fc.integer());
  const names = ["eps", "momentum", "affine", "layout", "rmax", "dmax", "warmupSteps", "bogus"];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (options) => {
      try {
        new BatchRenorm2d(2, options);
      } catch (error) {
        assert.ok(error instanceof TypeError || error instanceof RangeError);
        assert.match(error.message, form);
      }
    }),
    { numRuns: 500 },
  );
});
