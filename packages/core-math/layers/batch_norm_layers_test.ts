import assert from "node:assert/strict";
import { meanAndVariance } from "@renorm/testing/definition";
import {
  assertClose,
  assertSame,
  batchNormOfRank,
  numbers,
  snapshot,
  someTensor,
  tensor,
} from "@renorm/testing/assertions";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batch_norm_layers.ts";

Deno.test("batch norm layers start as PyTorch's do", () => {
  for (const Layer of [BatchNorm1d, BatchNorm2d, BatchNorm3d]) {
    const layer = new Layer(2);
    const { eps, momentum, affine, trackRunningStats, layout, runningVariance } = layer;
    const options = { eps, momentum, affine, trackRunningStats, layout, runningVariance };
    assert.deepEqual(options, {
      eps: 1e-5,
      momentum: 0.1,
      affine: true,
      trackRunningStats: true,
      layout: "channels-first",
      runningVariance: "unbiased",
    });
    assertSame(layer.stateDict(), {
      weight: [1, 1],
      bias: [0, 0],
      running_mean: [0, 0],
      running_var: [1, 1],
      num_batches_tracked: 0,
    });
    assert.deepEqual([layer.numFeatures, layer.onNonFinite, layer.skippedUpdates], [2, "skip", 0]);
  }
});

Deno.test("BatchNorm1d trains and infers by hand on {0, 0, 0, 4}", () => {
  // Mean 1, biased variance 3, unbiased 4; with eps 1 the deviation is 2.
  const layer = new BatchNorm1d(1, { eps: 1, momentum: 0.5 });
  layer.loadStateDict({ weight: [4], bias: [10], running_mean: [5], running_var: [26] });
  assertSame(layer.forward(tensor([4, 1], [0, 0, 0, 4])).data, [8, 8, 8, 16]);
  assertSame([layer.runningMean, layer.runningVar, layer.numBatchesTracked], [[3], [15], 1]);
  // (x − 3) / 4 · 4 + 10.
  assertSame(layer.eval().forward(tensor([1, 1], [7])).data, [14]);
});

Deno.test("batch norm layers take the ranks of their class", () => {
  for (
    const [rank, shape] of Object.entries({
      2: [3, 2],
      3: [3, 2, 2],
      4: [3, 2, 2, 1],
      5: [3, 2, 2, 1, 2],
    })
  ) {
    const layer = new batchNormOfRank[Number(rank) as 2 | 3 | 4 | 5](2);
    const y = layer.forward(someTensor(80, shape));
    assert.deepEqual(y.shape, shape);
    assert.equal(layer.numBatchesTracked, 1);
  }
});

Deno.test("batch norm with momentum null keeps the exact mean of all batch statistics", () => {
  const layer = new BatchNorm1d(1, { momentum: null });
  const batches = Array.from({ length: 20 }, (_, i) => numbers(81 + i, 4).map((v) => i + v));
  const statistics = batches.map(meanAndVariance);
  for (let k = 1; k <= batches.length; k++) {
    layer.forward(tensor([4, 1], batches[k - 1]));
    const seen = statistics.slice(0, k);
    const mean = seen.reduce((sum, batch) => sum + batch.mean, 0) / k;
    const variance = seen.reduce((sum, batch) => sum + batch.variance * 4 / 3, 0) / k;
    assert.ok(layer.runningMean && layer.runningVar);
    assertClose(layer.runningMean, [mean], 1e-6);
    assertClose(layer.runningVar, [variance], 1e-6);
  }
});

Deno.test("batch norm with momentum null goes on from a loaded count", () => {
  const layer = new BatchNorm1d(1, { momentum: null });
  layer.loadStateDict({ ...layer.stateDict(), running_mean: [6], num_batches_tracked: 2 });
  layer.forward(tensor([2, 1], [8, 10]), { updateStats: false });
  layer.forward(tensor([2, 1], [8, 10]));
  // (6 + 6 + 9) / 3.
  assertSame(layer.runningMean, [7]);
});

Deno.test("batch norm counts a skipped channel, keeps its statistics, and is sound again after", () => {
  const layer = new BatchNorm2d(2);
  const clean = new BatchNorm2d(2);
  const x = someTensor(82, [2, 2, 1, 2]);
  const nan = tensor(x.shape, x.data.map((value, i) => i === 2 ? NaN : value));
  layer.forward(nan);
  clean.forward(x);
  assert.deepEqual([layer.skippedUpdates, layer.numBatchesTracked], [1, 1]);
  assert.ok(clean.runningMean && clean.runningVar);
  assertSame(layer.runningMean, [clean.runningMean[0], 0]);
  assertSame(layer.runningVar, [clean.runningVar[0], 1]);
  layer.forward(nan);
  assert.equal(layer.skippedUpdates, 2);
  assertSame(layer.forward(x), clean.forward(x));
  assert.equal(layer.skippedUpdates, 2);
});

Deno.test("batch norm layers keep no hold on their options object", () => {
  const options = { momentum: 0.5 };
  const layer = new BatchNorm1d(1, options);
  const before = snapshot(layer);
  options.momentum = 0.25;
  assertSame(snapshot(layer), before);
});
