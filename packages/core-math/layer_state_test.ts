import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "../parity/random_tensor.ts";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batch_norm_layers.ts";
import { BatchRenorm1d, BatchRenorm2d, BatchRenorm3d } from "./batch_renorm_layers.ts";

const five = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];

Deno.test("the state of an ordinary layer has PyTorch's five keys, and renorm_step where it differs", () => {
  const layer = new BatchRenorm2d(2);
  layer.forward(randomTensor([2, 2, 2, 2], seededRandom(1)));
  assert.deepEqual(Object.keys(layer.stateDict()), five);
  layer.loadStateDict({ ...layer.stateDict(), renorm_step: 0 });
  assert.deepEqual(Object.keys(layer.stateDict()), [...five, "renorm_step"]);
  assert.deepEqual(Object.keys(new BatchNorm2d(2).stateDict()), five);
});

Deno.test("a state is a copy: changing it does not change the layer", () => {
  const layer = new BatchNorm1d(2);
  layer.stateDict().weight![0] = 9;
  assert.equal(layer.weight![0], 1);
});

Deno.test("a batch norm checkpoint goes on in batch renorm where its counter says", () => {
  const norm = new BatchNorm2d(2);
  const x = randomTensor([2, 2, 2, 2], seededRandom(2));
  for (let i = 0; i < 3; i++) norm.forward(x);
  const renorm = new BatchRenorm2d(2, { warmupSteps: 4 }).loadStateDict(norm.stateDict());
  assert.equal(renorm.renormStep, 3);
  assert.deepEqual(renorm.limits, { rmax: 1 + 2 * 0.75, dmax: 5 * 0.75 });
  assert.deepEqual(renorm.eval().forward(x).data, norm.eval().forward(x).data);
});

Deno.test("a checkpoint from before the counter leaves it alone, and a bigint counter loads", () => {
  const layer = new BatchNorm1d(1);
  const { num_batches_tracked: _, ...old } = layer.stateDict();
  layer.loadStateDict({ ...old, num_batches_tracked: 5n }).loadStateDict(old);
  assert.equal(layer.numBatchesTracked, 5);
});

Deno.test("limits are those of the latest forward: 1.0004 and 0.001 first, 3 and 5 from 5000 on", () => {
  const layer = new BatchRenorm1d(1);
  assert.deepEqual(layer.limits, { rmax: 1, dmax: 0 });
  layer.forward(randomTensor([4, 1], seededRandom(3)));
  assert.deepEqual(layer.limits, { rmax: 1 + 2 / 5000, dmax: 5 / 5000 });
  for (const step of [5000, 5001, 1e9]) {
    layer.loadStateDict({ ...layer.stateDict(), renorm_step: step });
    assert.deepEqual(layer.limits, { rmax: 3, dmax: 5 });
  }
});

Deno.test("limitsAt is asked for step k, from 1, in the k-th tracked training forward", () => {
  const asked: number[] = [];
  const limitsAt = (step: number) => {
    asked.push(step);
    return { rmax: 2, dmax: 1 };
  };
  const layer = new BatchRenorm1d(1, { limitsAt });
  const x = randomTensor([4, 1], seededRandom(4));
  layer.forward(x);
  layer.forward(x, { updateStats: false });
  layer.forward(x);
  layer.eval().forward(x);
  assert.deepEqual(asked, [1, 2, 2]);
});

Deno.test("layers print as PyTorch prints them, with our options in it", () => {
  const end = "affine=True, track_running_stats=True";
  const printed: [unknown, string][] = [
    [new BatchNorm1d(8), `BatchNorm1d(8, eps=1e-05, momentum=0.1, ${end})`],
    [new BatchNorm3d(8, { momentum: null }), `BatchNorm3d(8, eps=1e-05, momentum=None, ${end})`],
    [
      new BatchNorm2d(8, { eps: 0.001, momentum: 1 }),
      `BatchNorm2d(8, eps=0.001, momentum=1.0, ${end})`,
    ],
    [
      new BatchNorm2d(8, { eps: 2.5e-7, affine: false, trackRunningStats: false }),
      "BatchNorm2d(8, eps=2.5e-07, momentum=0.1, affine=False, track_running_stats=False)",
    ],
    [
      new BatchRenorm2d(16),
      `BatchRenorm2d(16, eps=1e-05, momentum=0.1, ${end}, rmax=3.0, dmax=5.0, warmup_steps=5000)`,
    ],
    [
      new BatchRenorm3d(1, { rmax: Infinity, dmax: 0.5, layout: "channels-last" }),
      `BatchRenorm3d(1, eps=1e-05, momentum=0.1, ${end}, rmax=inf, dmax=0.5, warmup_steps=5000, ` +
      "layout=channels-last)",
    ],
    [
      new BatchRenorm1d(1, {
        limitsAt: () => ({ rmax: 1, dmax: 0 }),
        runningVariance: "unbiased",
        onNonFinite: "throw",
      }),
      `BatchRenorm1d(1, eps=1e-05, momentum=0.1, ${end}, limits_at=custom, ` +
      "running_variance=unbiased, on_non_finite=throw)",
    ],
  ];
  for (const [layer, text] of printed) assert.equal(String(layer), text);
});
