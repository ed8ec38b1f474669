import assert from "node:assert/strict";
import fc from "fast-check";
import { assertHolds, assertSame, plain, snapshot, someTensor } from "@renorm/testing/assertions";
import { BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm2d } from "./batch_renorm_layers.ts";
import type { NormalizationLayer } from "./normalization_layer.ts";
import { checkStateDict, type LoadableStateDict } from "./state_dict.ts";

const five = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];
const shape = [3, 2, 2, 1];
const state: LoadableStateDict = {
  weight: [2, 3],
  bias: [-1, 1],
  running_mean: [0.5, -0.5],
  running_var: [4, 9],
  num_batches_tracked: 7,
};

Deno.test("stateDict() has PyTorch's five keys, and those of what the layer has", () => {
  for (const Layer of [BatchNorm2d, BatchRenorm2d]) {
    const layer = new Layer(2);
    layer.forward(someTensor(100, shape));
    assert.deepEqual(Object.keys(layer.stateDict()), five);
    assert.deepEqual(Object.keys(new Layer(2, { affine: false }).stateDict()), five.slice(2));
    const untracked = new Layer(2, { trackRunningStats: false });
    assert.deepEqual(Object.keys(untracked.stateDict()), five.slice(0, 2));
  }
});

Deno.test("stateDict() has renorm_step only where it is not num_batches_tracked", () => {
  const layer = new BatchRenorm2d(2).loadStateDict({ ...state, renorm_step: 0 });
  assert.deepEqual([layer.numBatchesTracked, layer.renormStep], [7, 0]);
  layer.forward(someTensor(101, shape));
  const { num_batches_tracked, renorm_step } = layer.stateDict();
  assert.deepEqual([num_batches_tracked, renorm_step], [8, 1]);
  assert.equal(
    "renorm_step" in layer.loadStateDict({ ...state, renorm_step: 7 }).stateDict(),
    false,
  );
  assert.equal(layer.loadStateDict(state).renormStep, 7);
});

Deno.test("stateDict() is a copy, and loadStateDict() copies in", () => {
  const layer = new BatchNorm2d(2).loadStateDict(state);
  const before = snapshot(layer);
  const saved = layer.stateDict();
  saved.weight?.fill(NaN);
  saved.running_var?.fill(NaN);
  assertSame(snapshot(layer), before);
  const given = { ...state, running_mean: new Float64Array([0.5, -0.5]) };
  layer.loadStateDict(given).forward(someTensor(102, shape));
  assertSame(given.running_mean, [0.5, -0.5]);
});

Deno.test("loadStateDict() takes number lists, any typed array and a bigint count", () => {
  const layer = new BatchRenorm2d(2);
  const taken = layer.loadStateDict({
    ...state,
    bias: new Float64Array([-1, 1]),
    running_var: new Uint8Array([4, 9]),
    num_batches_tracked: 7n,
    renorm_step: 7n,
  });
  assert.equal(taken, layer);
  assertSame(layer.stateDict(), state);
  assert.equal(typeof layer.numBatchesTracked, "number");
});

Deno.test("loadStateDict() of a checkpoint without counts leaves the counts as they are", () => {
  const { num_batches_tracked: _, ...old } = state;
  const layer = new BatchRenorm2d(2).loadStateDict({ ...state, renorm_step: 3 });
  layer.loadStateDict({ ...old, weight: [5, 6] });
  assertSame(layer.stateDict(), { ...state, weight: [5, 6], renorm_step: 3 });
  assert.equal(new BatchNorm2d(2).loadStateDict(old).numBatchesTracked, 0);
});

/** One step of gradient descent, or an eval forward and backward; what came of it. */
function step(layer: NormalizationLayer, { seed, training }: { seed: number; training: boolean }) {
  const y = layer.train(training).forward(someTensor(seed, shape));
  const dx = layer.backward(someTensor(seed + 1, shape));
  layer.weight?.forEach((value, c, weight) => weight[c] = value - 0.1 * layer.weightGrad![c]);
  layer.bias?.forEach((value, c, bias) => bias[c] = value - 0.1 * layer.biasGrad![c]);
  return { y, dx, layer: snapshot(layer) };
}

Deno.test("a layer that is saved, loaded and goes on gives the same bits", () => {
  const kinds = fc.constantFrom(
    () => new BatchNorm2d(2),
    () => new BatchNorm2d(2, { momentum: null }),
    () => new BatchRenorm2d(2, { warmupSteps: 7 }),
    () => new BatchRenorm2d(2, { limitsAt: (step) => ({ rmax: 1 + step, dmax: step / 3 }) }),
  );
  const steps = fc.array(fc.record({ seed: fc.nat(1e6), training: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  });
  assertHolds(fc.property(kinds, fc.nat(9), steps, steps, (create, renormStep, before, after) => {
    const first = create();
    const count = first instanceof BatchRenorm2d && { renorm_step: renormStep };
    first.loadStateDict({ ...state, ...count });
    for (const each of before) step(first, each);
    const text = JSON.stringify(plain(first.stateDict()));
    const second = create().loadStateDict(JSON.parse(text));
    assertSame(second.stateDict(), first.stateDict());
    for (const each of after) assertSame(step(second, each), step(first, each));
  }));
});

Deno.test("checkStateDict() gives back the arrays that are wanted and the counts as numbers", () => {
  const state = { running_mean: [1], running_var: [2], num_batches_tracked: 3n };
  const wanted = { numFeatures: 1, affine: false, trackRunningStats: true };
  assert.deepEqual(checkStateDict({ name: "Layer", method: "batch-renorm" }, state, wanted), {
    running_mean: new Float32Array([1]),
    running_var: new Float32Array([2]),
    num_batches_tracked: 3,
  });
});
