import assert from "node:assert/strict";
import {
  assertClose,
  assertSame,
  batchRenormOfRank,
  snapshot,
  someTensor,
  tensor,
} from "@renorm/testing/assertions";
import { batchRenormForward } from "../batch_renorm.ts";
import {
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
  type BatchRenormOptions,
} from "./batch_renorm_layers.ts";
import type { Limits } from "@renorm/schedule";

const x = tensor([4, 1], [0, 0, 0, 4]);

function assertLimits(actual: Limits, rmax: number, dmax: number): void {
  assertClose([actual.rmax, actual.dmax], [rmax, dmax], 1e-12);
}

Deno.test("batch renorm layers have the notebook's defaults", () => {
  for (const Layer of [BatchRenorm1d, BatchRenorm2d, BatchRenorm3d]) {
    const layer = new Layer(2);
    const { eps, momentum, affine, trackRunningStats, runningVariance, onNonFinite } = layer;
    assert.deepEqual([eps, momentum, affine, trackRunningStats], [1e-5, 0.1, true, true]);
    assert.deepEqual([runningVariance, onNonFinite], ["biased", "skip"]);
    assert.equal(layer.renormStep, 0);
    assert.deepEqual(layer.limits, { rmax: 1, dmax: 0 });
  }
});

Deno.test("batch renorm opens its limits from 1.0004 and 0.001 to 3 and 5 in 5000 forwards", () => {
  const layer = new BatchRenorm1d(1);
  layer.forward(x);
  assertLimits(layer.limits, 1.0004, 0.001);
  for (let k = 2; k <= 2500; k++) layer.forward(x);
  assertLimits(layer.limits, 2, 2.5);
  for (let k = 2501; k <= 4999; k++) layer.forward(x);
  assertLimits(layer.limits, 3 - 0.0004, 5 - 0.001);
  layer.forward(x);
  assert.deepEqual(layer.limits, { rmax: 3, dmax: 5 });
  layer.forward(x);
  assert.deepEqual([layer.limits, layer.renormStep], [{ rmax: 3, dmax: 5 }, 5001]);
});

Deno.test("batch renorm's k-th training forward uses the limits of step k, k from 1", () => {
  const steps: number[] = [];
  const table = [{ rmax: 1, dmax: 0 }, { rmax: 1.5, dmax: 1 }, { rmax: 3, dmax: 5 }];
  const limitsAt = (step: number) => (steps.push(step), table[step - 1]);
  const layer = new BatchRenorm1d(1, { limitsAt, eps: 1 });
  const running = { runningMean: new Float32Array([-3]), runningVar: new Float32Array([0]) };
  layer.loadStateDict({ ...layer.stateDict(), running_mean: [-3], running_var: [0] });
  for (const limits of table) {
    layer.forward(x, { updateStats: false });
    const { y } = batchRenormForward(x, running, { eps: 1, ...limits });
    assertSame(layer.forward(x), y);
  }
  assert.deepEqual(steps, [1, 1, 2, 2, 3, 3]);
  assertSame([layer.runningMean, layer.runningVar], [running.runningMean, running.runningVar]);
});

Deno.test("batch renorm by hand: r is 2 and d is 4 where the limits are open, then they bite", () => {
  const state = { weight: [10], bias: [1], running_mean: [-3], running_var: [0] };
  const yWith = (options: BatchRenormOptions) =>
    new BatchRenorm1d(1, { eps: 1, ...options }).loadStateDict(state).forward(x).data;
  assertSame(yWith({ warmupSteps: 0 }), [31, 31, 31, 71]);
  assertSame(yWith({ warmupSteps: 0, rmax: 1.5, dmax: 1 }), [3.5, 3.5, 3.5, 33.5]);
  // Half-way in the first of two warm-up steps: the limits are 1.5 and 1.
  const halfway = { warmupSteps: 2, rmax: 2, dmax: 2 };
  assertSame(yWith(halfway), [3.5, 3.5, 3.5, 33.5]);
  // The step of the schedule says so, not the count of batches.
  const layer = new BatchRenorm1d(1, { eps: 1, ...halfway });
  layer.loadStateDict({ ...state, num_batches_tracked: 9000, renorm_step: 0 });
  assertSame(layer.forward(x).data, [3.5, 3.5, 3.5, 33.5]);
});

Deno.test("batch renorm moves its step with tracked training forwards alone", () => {
  const layer = new BatchRenorm1d(1);
  layer.forward(x);
  layer.forward(x, { updateStats: false });
  layer.forward(tensor([0, 1], []));
  layer.eval().forward(x);
  assert.deepEqual([layer.renormStep, layer.numBatchesTracked], [1, 1]);
  layer.train().forward(x);
  assert.deepEqual([layer.renormStep, layer.numBatchesTracked], [2, 2]);
});

Deno.test("batch renorm with a limitsAt that is out of range throws and keeps its state", () => {
  const answers: [unknown, string, RegExp][] = [
    [{ rmax: 0.5, dmax: 0 }, "RangeError", /rmax to be a number of at least 1: got 0.5$/],
    [{ rmax: 1, dmax: NaN }, "RangeError", /dmax to be a number of at least 0: got NaN$/],
    [{ rmax: 1, dmax: "0" }, "TypeError", /dmax to be a number of at least 0: got "0"$/],
    [{ rmax: 1 }, "TypeError", /limitsAt to return { rmax, dmax }: got Object$/],
    [undefined, "TypeError", /limitsAt to return { rmax, dmax }: got undefined$/],
    [{ rmax: 1, dmax: 0, rmin: 1 }, "TypeError", /options among rmax, dmax: got "rmin"$/],
  ];
  for (const [answer, name, message] of answers) {
    let next: unknown = { rmax: 2, dmax: 1 };
    const layer = new BatchRenorm1d(1, { limitsAt: () => next as Limits });
    layer.forward(x);
    const before = snapshot(layer);
    next = answer;
    assert.throws(() => layer.forward(x), { name, message });
    next = { rmax: 2, dmax: 1 };
    assertSame(snapshot(layer), before);
    assertSame(layer.eval().forward(x).shape, x.shape);
  }
});

Deno.test("batch renorm refuses momentum null and limits that are out of range", () => {
  assert.throws(() => new BatchRenorm2d(2, { momentum: null } as unknown as BatchRenormOptions), {
    name: "TypeError",
    message: "BatchRenorm2d expects momentum to be a number in [0, 1]: got null",
  });
  for (const options of [{ rmax: 0.99 }, { dmax: -1 }, { warmupSteps: -1 }, { warmupSteps: 0.5 }]) {
    assert.throws(() => new BatchRenorm2d(2, options), RangeError);
  }
});

Deno.test("batch renorm takes the ranks of its class", () => {
  const shapes = { 2: [3, 2], 3: [3, 2, 2], 4: [3, 2, 2, 1], 5: [3, 2, 2, 1, 2] };
  for (const [rank, shape] of Object.entries(shapes)) {
    const layer = new batchRenormOfRank[Number(rank) as 2 | 3 | 4 | 5](2);
    assert.deepEqual(layer.forward(someTensor(90, shape)).shape, shape);
    assert.equal(layer.renormStep, 1);
  }
});

Deno.test("batch renorm is not ruined by a NaN batch: the next step is as if it had not been", () => {
  const fixed = { limitsAt: () => ({ rmax: 3, dmax: 5 }) };
  const layer = new BatchRenorm2d(2, fixed);
  const clean = new BatchRenorm2d(2, fixed);
  const batch = someTensor(91, [2, 2, 1, 2]);
  const nan = tensor(batch.shape, batch.data.map((value, i) => i < 4 ? NaN : value));
  layer.forward(nan);
  assert.deepEqual([layer.skippedUpdates, layer.numBatchesTracked], [2, 1]);
  assertSame(layer.forward(batch), clean.forward(batch));
  assertSame([layer.runningMean, layer.runningVar], [clean.runningMean, clean.runningVar]);
});

Deno.test("batch renorm prints the options it was made with, whatever becomes of the object", () => {
  const options = { rmax: 2 };
  const layer = new BatchRenorm1d(1, options);
  options.rmax = 9;
  assert.match(String(layer), /rmax=2\.0/);
});
