import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "../parity/random_tensor.ts";
import { BatchNorm1d, BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm1d, BatchRenorm2d } from "./batch_renorm_layers.ts";
import { moments } from "./moments.ts";

const shape = [4, 3, 2, 2];

Deno.test("eval moves no statistic and no counter, and train() comes back to training", () => {
  for (const layer of [new BatchNorm2d(3), new BatchRenorm2d(3)]) {
    const random = seededRandom(1);
    layer.forward(randomTensor(shape, random));
    const before = layer.stateDict();
    layer.eval().forward(randomTensor(shape, random));
    layer.forward(randomTensor([1, 3, 1, 1], random));
    assert.deepEqual(layer.stateDict(), before);
    assert.equal(layer.training, false);
    layer.train().forward(randomTensor(shape, random));
    assert.equal(layer.training, true);
    assert.equal(layer.numBatchesTracked, 2);
  }
});

Deno.test("updateStats: false moves nothing and gives what the following forward gives", () => {
  const layer = new BatchRenorm2d(3, { warmupSteps: 4 });
  const random = seededRandom(2);
  layer.forward(randomTensor(shape, random));
  const before = layer.stateDict();
  const x = randomTensor(shape, random);
  const looked = layer.forward(x, { updateStats: false });
  assert.deepEqual(layer.stateDict(), before);
  assert.equal(layer.renormStep, 1);
  assert.deepEqual(layer.forward(x).data, looked.data);
});

Deno.test("without tracking both modes use the batch, and batch renorm is batch norm", () => {
  const options = { trackRunningStats: false } as const;
  const norm = new BatchNorm2d(3, options);
  const renorm = new BatchRenorm2d(3, { ...options, warmupSteps: 0 });
  const x = randomTensor(shape, seededRandom(3), { shift: 5 });
  const expected = norm.forward(x).data;
  for (const layer of [norm, norm.eval(), renorm, renorm.eval()]) {
    assert.deepEqual(layer.forward(x).data, expected);
    assert.equal(layer.runningMean, null);
    assert.deepEqual(Object.keys(layer.stateDict()), ["weight", "bias"]);
  }
});

Deno.test("momentum: null keeps the plain mean of the batch statistics", () => {
  const layer = new BatchNorm2d(3, { momentum: null });
  const random = seededRandom(4);
  const batches = Array.from({ length: 5 }, () => randomTensor(shape, random));
  for (const x of batches) layer.forward(x);
  const m = 4 * 2 * 2;
  for (let c = 0; c < 3; c++) {
    const average = (of: (index: number) => number) =>
      batches.reduce((sum, _, i) => sum + of(i), 0) / batches.length;
    const mean = average((i) => moments(batches[i]).mean[c]);
    const variance = average((i) => moments(batches[i]).variance[c] * m / (m - 1));
    assert.ok(Math.abs(layer.runningMean![c] - mean) < 1e-6);
    assert.ok(Math.abs(layer.runningVar![c] - variance) < 1e-6);
  }
});

Deno.test("an empty batch gives an empty result and touches nothing; its gradients are zero", () => {
  for (const layer of [new BatchNorm2d(3), new BatchRenorm2d(3)]) {
    layer.weightGrad!.fill(7);
    const before = layer.stateDict();
    const empty = { data: new Float32Array(0), shape: [0, 3, 2, 2] };
    assert.deepEqual(layer.forward(empty), empty);
    assert.deepEqual(layer.backward(empty), empty);
    assert.deepEqual(layer.stateDict(), before);
    assert.deepEqual([...layer.weightGrad!, ...layer.biasGrad!], [0, 0, 0, 0, 0, 0]);
  }
});

Deno.test("a batch that is not finite spares the running statistics and the steps after it", () => {
  const clean = new BatchRenorm1d(2, { warmupSteps: 0 });
  const hurt = new BatchRenorm1d(2, { warmupSteps: 0 });
  const batch = (seed: number) => randomTensor([8, 2], seededRandom(seed));
  for (const layer of [clean, hurt]) layer.forward(batch(1));
  const poisoned = batch(2);
  poisoned.data[0] = NaN;
  const y = hurt.forward(poisoned);
  assert.equal(hurt.skippedUpdates, 1);
  assert.ok(
    Number.isNaN(y.data[2]) && Number.isFinite(y.data[3]),
    "NaN shows in its channel alone",
  );
  assert.equal(hurt.runningMean![0], clean.runningMean![0]);
  assert.notEqual(hurt.runningMean![1], clean.runningMean![1]);
  assert.ok(hurt.forward(batch(3)).data.every(Number.isFinite));
});

Deno.test("onNonFinite: throw leaves the layer as it was, propagate lets the value in", () => {
  const poisoned = { data: Float32Array.of(1, 2, NaN, 4), shape: [2, 2] };
  const strict = new BatchNorm1d(2, { onNonFinite: "throw" });
  const before = strict.stateDict();
  assert.throws(() => strict.forward(poisoned), {
    name: "RangeError",
    message: /expects finite batch statistics: got mean NaN and variance NaN in channel 0/,
  });
  assert.deepEqual(strict.stateDict(), before);
  const open = new BatchNorm1d(2, { onNonFinite: "propagate" });
  open.forward(poisoned);
  assert.ok(Number.isNaN(open.runningMean![0]) && Number.isFinite(open.runningMean![1]));
  assert.equal(open.skippedUpdates, 0);
});

Deno.test("out is written and returned, in forward, in eval and in backward, even over dy", () => {
  const random = seededRandom(5);
  const x = randomTensor(shape, random);
  const dy = randomTensor(shape, random);
  const plain = new BatchRenorm2d(3);
  const layer = new BatchRenorm2d(3);
  const out = { data: new Float32Array(48), shape };
  assert.equal(layer.forward(x, { out }), out);
  assert.deepEqual(out.data, plain.forward(x).data);
  const expected = plain.backward(dy);
  assert.equal(layer.backward(dy, { out: dy }), dy);
  assert.deepEqual(dy.data, expected.data);
  assert.equal(layer.eval().forward(x, { out }), out);
  assert.deepEqual(out.data, plain.eval().forward(x).data);
});

Deno.test("parameters and running statistics keep their arrays", () => {
  const layer = new BatchRenorm2d(3);
  const names = ["weight", "bias", "weightGrad", "biasGrad", "runningMean", "runningVar"] as const;
  const before = names.map((name) => layer[name]);
  const x = randomTensor(shape, seededRandom(6));
  layer.forward(x);
  layer.backward(x);
  layer.loadStateDict(layer.stateDict());
  names.forEach((name, i) => assert.ok(layer[name] === before[i], name));
});
