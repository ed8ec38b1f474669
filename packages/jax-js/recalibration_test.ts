import assert from "node:assert/strict";
import fc from "fast-check";
import * as jax from "@jax-js/jax";
import { BatchNorm1d, BatchNorm2d, type Layout, moments, recalibrate } from "@renorm/core-math";
import { assertClose, someTensor } from "@renorm/testing/assertions";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import { functions, onDevice } from "./testing/batches.ts";

const { accumulateStats, batchNormInference, finishStats } = functions;
const { initialParams, initialState, initialStats } = functions;
const { numpy: np } = jax;

const arrayOf = (data: Float32Array, shape: number[]) =>
  data.length > 0 ? np.array(data as Float32Array<ArrayBuffer>).reshape(shape) : np.zeros(shape);
const vector = async (array: jax.Array) => await array.data() as Float32Array;

Deno.test("accumulated over any cut and finished, the statistics are the pooled ones", async () => {
  const layouts = fc.constantFrom<Layout>("channels-first", "channels-last");
  const cuts = fc.array(fc.nat(6), { maxLength: 3 });
  const property = fc.asyncProperty(cuts, layouts, fc.nat(99), async (places, layout, seed) => {
    const shape = layout === "channels-first" ? [6, 3, 2] : [6, 2, 3];
    const data = someTensor(seed, shape);
    let stats = initialStats(3);
    const ends = [...places, 6].sort((a, b) => a - b);
    for (const [i, end] of ends.entries()) {
      const start = ends[i - 1] ?? 0;
      const part = data.data.slice(start * 6, end * 6);
      stats = accumulateStats(arrayOf(part, [end - start, ...shape.slice(1)]), stats, { layout });
    }
    const runningVariance = seed % 2 ? "biased" : "unbiased";
    const state = finishStats(stats, initialState(3), { runningVariance });
    const { mean, variance, m } = moments(data, { layout });
    const factor = runningVariance === "unbiased" ? m / (m - 1) : 1;
    assertClose([...await vector(state.runningMean), 2], [...mean, 2], 1e-6);
    assertClose(await vector(state.runningVar), variance.map((value) => value * factor), 1e-6);
    assert.equal(await state.numBatchesTracked.jsAsync(), 0);
  });
  await fc.assert(property, { seed: 17, numRuns: 12 });
});

for (const device of ["cpu", "wasm"] as const) {
  Deno.test(`many small batches far from 0 are pooled to float32's digits, on ${device}`, () =>
    onDevice(device, async () => {
      const random = seededRandom(41);
      const data = Float32Array.from(randomValues(800, random), (value) => 1000 + 0.7 * value);
      let stats = initialStats(2);
      for (let i = 0; i < 800; i += 8) {
        stats = accumulateStats(arrayOf(data.slice(i, i + 8), [4, 2]), stats);
      }
      const state = finishStats(stats, initialState(2));
      const { mean, variance, m } = moments({ data: Float64Array.from(data), shape: [400, 2] });
      assert.deepEqual([...await vector(state.runningMean)], [...mean].map(Math.fround));
      const unbiased = [...variance].map((value) => value * m / (m - 1));
      for (const [c, value] of (await vector(state.runningVar)).entries()) {
        const off = Math.abs(value / unbiased[c] - 1);
        assert.ok(off < 2 ** -20, `the variance is off by ${off} of itself`);
      }
    }));
}

Deno.test("two layers recalibrated by running statistics have those of core-math", async () => {
  const data = someTensor(3, [8, 2]);
  const norms = [new BatchNorm1d(2), new BatchNorm1d(2)];
  recalibrate(norms, () => norms.reduce((x, norm) => norm.forward(x), data), {
    normalizeBy: "running",
    passes: 2,
  });
  const states = [initialState(2), initialState(2)];
  for (let pass = 0; pass < 2; pass++) {
    let all = [initialStats(2), initialStats(2)];
    for (const start of [0, 6]) {
      const part = data.data.slice(start, start + (start ? 10 : 6));
      let x = arrayOf(part, [part.length / 2, 2]);
      all = all.map((stats, i) => {
        const next = accumulateStats(x.ref, stats);
        x = batchNormInference(x, initialParams(2), jax.tree.ref(states[i]));
        return next;
      });
      x.dispose();
    }
    all.forEach((stats, i) => states[i] = finishStats(stats, states[i]));
  }
  for (const [i, { runningMean, runningVar }] of norms.entries()) {
    assertClose([...await vector(states[i].runningMean), 1], [...runningMean!, 1], 1e-5);
    assertClose(await vector(states[i].runningVar), runningVar!, 1e-5);
  }
});

Deno.test("statistics of no values, of one and of NaN leave a state as it was", async () => {
  const state = () => ({ ...initialState(2), runningMean: np.array([3, 4]) });
  assert.deepEqual([...await vector(finishStats(initialStats(2), state()).runningMean)], [3, 4]);
  const single = accumulateStats(np.array([[1, 2]]), initialStats(2));
  assert.deepEqual([...await vector(finishStats(single, state()).runningMean)], [3, 4]);
  const broken = accumulateStats(np.array([[1, 2], [NaN, 4]]), initialStats(2));
  assert.deepEqual([...await vector(finishStats(broken, state()).runningMean)], [3, 3]);
});

Deno.test("pooled statistics of another layer are refused, and nothing is consumed", async () => {
  const [x, stats] = [np.array([[1, 2]]), initialStats(3)];
  assert.throws(() => accumulateStats(x, stats), {
    name: "TypeError",
    message:
      "accumulateStats expects stats.mean of shape [2], one value per channel: got shape [3]",
  });
  assert.deepEqual([x.refCount, stats.mean.refCount], [1, 1]);
  const state = initialState(2);
  assert.throws(
    () => finishStats(stats, state),
    /finishStats expects state.runningMean of shape \[3\]/,
  );
  // They load into a layer of core-math.
  const layer = new BatchNorm2d(2);
  const runningMean = await vector(state.runningMean);
  layer.loadStateDict({ ...layer.stateDict(), running_mean: runningMean });
});
