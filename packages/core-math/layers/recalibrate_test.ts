import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assertClose,
  assertHolds,
  assertSame,
  someTensor,
  tensor,
} from "@renorm/testing/assertions";
import golden from "../testdata/update_bn.json" with { type: "json" };
import { moments } from "../moments.ts";
import type { Tensor } from "../tensor.ts";
import { BatchNorm1d, BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm1d, BatchRenorm2d } from "./batch_renorm_layers.ts";
import type { NormalizationLayer } from "./normalization_layer.ts";
import { recalibrate } from "./recalibrate.ts";

/** The data in batches that end at these samples. */
function cut({ data, shape }: Tensor, places: readonly number[]): Tensor[] {
  const [n, ...rest] = shape;
  const per = data.length / n;
  const ends = [...new Set(places.map((place) => place % n)), n].sort((a, b) => a - b);
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    return { data: data.slice(start * per, end * per), shape: [end - start, ...rest] };
  });
}

const cuts = fc.array(fc.nat(100), { maxLength: 5 });

/** Norms with a leaky ReLU between them; gives what goes into each. */
function inputs(norms: readonly NormalizationLayer[], x: Tensor): Tensor[] {
  return norms.map((norm) => {
    const input = x;
    const { data, shape } = norm.forward(x);
    x = { data: data.map((value) => value > 0 ? value : value / 4), shape };
    return input;
  });
}

/** Of all data at once, by the definition: the layer's own variance over all values. */
function assertPooled(norm: NormalizationLayer, input: Tensor): void {
  const { mean, variance, m } = moments(input);
  const factor = norm.runningVariance === "unbiased" ? m / (m - 1) : 1;
  assertClose(norm.runningMean!, mean, 1e-6);
  assertClose(norm.runningVar!, variance.map((value) => value * factor), 1e-6);
}

Deno.test("the first norm's statistics are the pooled ones for any cut of the data, batches of one too", () => {
  const normalizeBy = fc.constantFrom("batch" as const, "running" as const);
  assertHolds(fc.property(cuts, normalizeBy, fc.nat(99), (places, normalizeBy, seed) => {
    for (const Layer of [BatchNorm1d, BatchRenorm1d]) {
      const data = someTensor(seed, [9, 2]);
      const norms = [new Layer(2), new Layer(2)];
      const batches = [tensor([0, 2], []), ...cut(data, places)];
      recalibrate(norms, () => batches.forEach((x) => inputs(norms, x)), { normalizeBy });
      assertPooled(norms[0], data);
    }
  }));
});

Deno.test("by running statistics, with as many passes as norms, all statistics are those of inference", () => {
  assertHolds(
    fc.property(cuts, fc.nat(99), (places, seed) => {
      const data = someTensor(seed, [8, 3, 2, 2]);
      const norms = [new BatchNorm2d(3), new BatchRenorm2d(3), new BatchNorm2d(3)];
      norms.forEach((norm, i) => norm.weight!.set([1 + i, 0.5, -2]));
      const options = { normalizeBy: "running", passes: 3 } as const;
      recalibrate(norms, () => cut(data, places).forEach((x) => inputs(norms, x)), options);
      norms.forEach((norm) => norm.eval());
      inputs(norms, data).forEach((input, i) => assertPooled(norms[i], input));
    }),
    30,
  );
});

Deno.test("one batch of all data gives what PyTorch's update_bn gives; of several it averages variances", () => {
  const data = tensor(golden.shape, golden.data);
  const recalibrated = (places: number[]) => {
    const norms = golden.whole.map(({ weight, bias }) => {
      const norm = new BatchNorm2d(3);
      norm.weight!.set(weight);
      norm.bias!.set(bias);
      return norm;
    });
    recalibrate(norms, () => cut(data, places).forEach((x) => inputs(norms, x)));
    return norms;
  };
  recalibrated([]).forEach(({ runningMean, runningVar }, i) => {
    assertClose(runningMean!, golden.whole[i].running_mean, 1e-6);
    assertClose(runningVar!, golden.whole[i].running_var, 1e-6);
  });
  const [first] = recalibrated([4, 8]);
  assertClose(first.runningMean!, golden.batchesOfFour[0].running_mean, 1e-6);
  assertClose(first.runningVar!, golden.whole[0].running_var, 1e-6);
  // The average of three variances is another number here.
  const averages = golden.batchesOfFour[0].running_var;
  first.runningVar!.forEach((value, c) => assert.ok(Math.abs(value / averages[c] - 1) > 1e-3));
});

Deno.test("nothing but running statistics changes, and a frozen layer stays unless it is asked for", () => {
  const norms = [new BatchNorm1d(2), new BatchRenorm1d(2, { onNonFinite: "propagate" })];
  for (let i = 0; i < 5; i++) inputs(norms, someTensor(i, [4, 2]));
  const [open, frozen] = norms;
  frozen.eval();
  const rest = () =>
    norms.map((norm) => {
      const { running_mean: _mean, running_var: _var, ...state } = norm.stateDict();
      const { training, skippedUpdates, options } = norm;
      return { state, training, skippedUpdates, options, keys: Object.keys(norm) };
    });
  const [before, state] = [rest(), frozen.stateDict()];
  const data = someTensor(7, [9, 2]);
  recalibrate(norms, () => inputs(norms, data));
  assertSame(rest(), before);
  assertSame(frozen.stateDict(), state);
  assertPooled(open, data);
  recalibrate(norms, () => inputs(norms, data), {
    includeFrozen: true,
    normalizeBy: "running",
    passes: 2,
  });
  assertSame(rest(), before);
  assertPooled(frozen, inputs([open.eval(), frozen], data)[1]);
});

Deno.test("an interrupted run leaves the old statistics, in a later pass too, async or not", async () => {
  const norm = new BatchNorm1d(2);
  const data = someTensor(7, [9, 2]);
  norm.forward(data);
  const state = norm.stateDict();
  const stop = new Error("stop");
  const untilPass2 = (pass: number) => {
    norm.forward(data);
    if (pass === 2) throw stop;
  };
  const broken = tensor([2, 2], [1, NaN, 2, 3]);
  assert.throws(() => recalibrate([norm], untilPass2, { passes: 3 }), stop);
  const onProgress = () => {
    throw stop;
  };
  assert.throws(() => recalibrate([norm], () => norm.forward(data), { onProgress }), stop);
  const later = async (pass: number) => {
    await Promise.resolve();
    untilPass2(pass);
  };
  await assert.rejects(recalibrate([norm], later, { passes: 2 }), stop);
  assert.throws(() => recalibrate([norm], () => norm.forward(broken)), {
    name: "RangeError",
    message:
      "recalibrate expects finite batch statistics: got mean NaN and variance NaN in channel 1",
  });
  assert.throws(() => recalibrate([norm], () => norm.forward(tensor([1, 2], [1, 2]))), {
    name: "RangeError",
    message: "recalibrate expects more than 1 value per channel through each layer: " +
      `got 1 through ${norm}`,
  });
  assertSame(norm.stateDict(), state);
  assert.equal(norm.training, true);
  norm.forward(data);
  assert.equal(norm.numBatchesTracked, 2);
});

Deno.test("progress counts the batches and passes of the first layer, while an async forward runs", async () => {
  const norms = [new BatchNorm1d(2), new BatchNorm1d(2)];
  const seen: number[][] = [];
  await recalibrate(norms, async (pass) => {
    for (const x of cut(someTensor(7, [9, 2]), [4, 8])) {
      await Promise.resolve();
      inputs(norms, x);
    }
    assert.ok(pass <= 2);
  }, {
    passes: 2,
    onProgress: ({ pass, passes, batches }) => seen.push([pass, passes, batches]),
  });
  assert.deepEqual(seen, [[1, 2, 1], [1, 2, 2], [1, 2, 3], [2, 2, 1], [2, 2, 2], [2, 2, 3]]);
});

Deno.test("recalibrate() refuses what has no statistics, and layers that are all frozen", () => {
  const norm = () => new BatchNorm1d(2);
  const untracked = new BatchNorm1d(2, { trackRunningStats: false });
  const cases: [unknown, unknown, object, string][] = [
    [norm(), () => {}, {}, "layers to be an array of layers: got BatchNorm1d"],
    [[{}], () => {}, {}, "layers of core-math or wasm-kernels: got Object"],
    [[untracked], () => {}, {}, `layers that track running statistics: got ${untracked}`],
    [
      [norm().eval()],
      () => {},
      {},
      "a layer in training mode, or includeFrozen: true: got 1 layers in eval mode",
    ],
    [[norm()], 7, {}, "forward to be a function: got 7"],
    [
      [norm()],
      () => {},
      { normalizeBy: "all" },
      'normalizeBy to be "batch" or "running": got "all"',
    ],
    [[norm()], () => {}, { passes: 0 }, "passes to be an integer of at least 1: got 0"],
  ];
  for (const [layers, forward, options, wanted] of cases) {
    assert.throws(
      () => recalibrate(layers as NormalizationLayer[], forward as () => void, options),
      { message: `recalibrate expects ${wanted}` },
    );
  }
});

Deno.test("a second run over a layer is refused until the first is over", async () => {
  const norm = new BatchNorm1d(1, { runningVariance: "biased" });
  const [first, second] = [tensor([2, 1], [1, 3]), tensor([2, 1], [101, 103])];
  const run = (x: Tensor) =>
    recalibrate([norm], async () => {
      await Promise.resolve();
      norm.forward(x);
    });
  const running = run(first);
  assert.throws(() => run(second), {
    name: "TypeError",
    message: `recalibrate expects layers that no other run measures: got ${norm}`,
  });
  await running;
  assert.deepEqual(norm.runningMean, Float32Array.of(2));
  await run(second);
  assert.deepEqual(norm.runningMean, Float32Array.of(102));
  norm.forward(first);
  assert.deepEqual([norm.training, norm.numBatchesTracked], [true, 1]);
});
