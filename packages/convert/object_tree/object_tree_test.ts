import assert from "node:assert/strict";
import { BatchNorm2d } from "@renorm/core-math";
import { convertToBatchNorm, convertToBatchRenorm } from "../convert.ts";
import { objectTree } from "./object_tree.ts";

const vector = (...values: number[]) => Float32Array.from(values);

/** One batch norm in the words of each library. */
const dialects: Record<string, object> = {
  "PyTorch": {
    type: "BatchNorm2d",
    weight: vector(1, 2),
    bias: vector(0, 1),
    running_mean: vector(3, 4),
    running_var: vector(5, 6),
    num_batches_tracked: 7n,
    eps: 1e-4,
    momentum: 0.2,
  },
  "Keras": {
    className: "BatchNormalization",
    gamma: vector(1, 2),
    beta: vector(0, 1),
    moving_mean: vector(3, 4),
    moving_variance: vector(5, 6),
    epsilon: 1e-4,
    momentum: 0.8,
  },
  "camelCase": {
    weight: vector(1, 2),
    bias: vector(0, 1),
    runningMean: vector(3, 4),
    runningVar: vector(5, 6),
    eps: 1e-4,
    momentum: 0.2,
  },
};

Deno.test("a batch norm is read alike in PyTorch's, Keras' and camelCase words", () => {
  const { read } = objectTree();
  for (const [dialect, node] of Object.entries(dialects)) {
    const layer = read(node);
    assert.ok(layer && "eps" in layer, dialect);
    assert.equal(layer.kind, "batch-norm");
    assert.equal(layer.numFeatures, 2);
    assert.equal(layer.eps, 1e-4);
    assert.ok(Math.abs(layer.momentum! - 0.2) < 1e-15, dialect);
  }
});

Deno.test("a record becomes a record that spells its new fields as it spelled the old", () => {
  const model = structuredClone(dialects) as Record<string, Record<string, unknown>>;
  const before = { ...model };
  convertToBatchRenorm(model, { rmax: 2, dmax: 1, warmupSteps: 9 });
  assert.equal(model.PyTorch.type, "BatchRenorm2d");
  assert.equal(model.PyTorch.warmup_steps, 9);
  assert.equal(model.Keras.className, "BatchRenormalization");
  assert.equal(model.Keras.warmup_steps, 9);
  assert.equal(model.camelCase.warmupSteps, 9);
  assert.equal(model.PyTorch.running_mean, before.PyTorch.running_mean, "the same array");
});

Deno.test("a record comes back as it was, whatever momentum it had in between", () => {
  for (const options of [{}, { momentum: 0.01 }]) {
    const model = structuredClone(dialects) as Record<string, unknown>;
    convertToBatchRenorm(model, options);
    assert.notDeepEqual(model, dialects);
    convertToBatchNorm(model);
    assert.deepEqual(model, dialects);
  }
});

Deno.test("Keras' momentum is changed in Keras' sense", () => {
  const model = structuredClone({ norm: dialects.Keras }) as { norm: { momentum: number } };
  convertToBatchRenorm(model, { momentum: 0.25 });
  assert.equal(model.norm.momentum, 0.75);
});

Deno.test("other normalisations, and records that are no layers, are let be", () => {
  const model = {
    group: { type: "GroupNorm", weight: vector(1), bias: vector(0) },
    instance: { type: "InstanceNorm2d", running_mean: vector(0), running_var: vector(1) },
    statistics: { mean: vector(0), variance: vector(1) },
    running_mean: vector(0),
    name: "BatchNorm2d of my dreams",
  };
  const { converted, skipped } = convertToBatchRenorm(model);
  assert.deepEqual([converted, skipped], [[], []]);
});

Deno.test("what only looks like a batch norm is refused with the reason", () => {
  const statistics = { running_mean: vector(0), running_var: vector(1) };
  const refused: [object, RegExp][] = [
    [{ type: "BatchNormAct2d", ...statistics }, /BatchNormAct2d may do more than batch norm/],
    [{ type: "LazyBatchNorm2d" }, /LazyBatchNorm2d may do more/],
    [{ type: "BatchNorm2d", track_running_stats: false }, /tracks no running statistics/],
    [{ ...statistics, running_var: vector(1, 2) }, /have 1 and 2 values/],
    [{ type: "BatchNorm1d", running_mean: vector(0) }, /not two vectors/],
    [{ ...statistics, eps: -1 }, /eps is no finite number above 0: -1/],
    [{ ...statistics, momentum: 7 }, /momentum is no number in \[0, 1\]: 7/],
    [new (class MyBatchNorm2d extends BatchNorm2d {})(3), /class of its own over ours/],
    [new (class BatchNorm2d {})(), /BatchNorm2d is a class of yours/],
  ];
  for (const [node, reason] of refused) {
    assert.throws(() => convertToBatchRenorm({ node }), { name: "TypeError", message: reason });
  }
});

Deno.test("layers of somebody's class are made by the create that they give", () => {
  class TheirBatchNorm2d {
    running_mean = vector(1);
    running_var = vector(2);
    momentum = 0.3;
  }
  class TheirRenorm2d {
    constructor(readonly norm: TheirBatchNorm2d, readonly rmax: number) {}
  }
  const norm = new TheirBatchNorm2d();
  const model = { blocks: [norm as object] };
  const adapter = objectTree({
    create(node, { renorm }) {
      const { limits } = renorm!;
      return new TheirRenorm2d(node as TheirBatchNorm2d, (limits as { rmax: number }).rmax);
    },
  });
  convertToBatchRenorm<object>(model, { rmax: 2, adapter });
  assert.deepEqual(model.blocks, [new TheirRenorm2d(norm, 2)]);
});

Deno.test("getters are not called and their values not walked into", () => {
  let calls = 0;
  const model = {
    norm: new BatchNorm2d(1),
    get tensor() {
      calls++;
      return { norm: new BatchNorm2d(1) };
    },
  };
  assert.equal(convertToBatchRenorm(model).converted.length, 1);
  assert.equal(calls, 0);
});
