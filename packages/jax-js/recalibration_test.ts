import assert from "node:assert/strict";
import fc from "fast-check";
import * as jax from "@jax-js/jax";
import { BatchNorm1d, BatchNorm2d, type Layout, moments, recalibrate } from "@renorm/core-math";
import { assertClose, someTensor } from "@renorm/testing/assertions";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { functions } from "./testing/batches.ts";

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
  await fc.assert(property, { seed: 17, numRuns: 6 });
});

for (const device of ["cpu", "wasm"] as const) {
  Deno.test(`on ${device} they are the pooled ones to 1e-6 for any cut, order, offset, size and mask`, async () => {
    const before = jax.defaultDevice();
    jax.defaultDevice(device);
    try {
      const regimes = [[1000, 0.7], [0, 1], [-3e4, 1], [0, 1e-12], [1e15, 1e15], [5, 0]] as const;
      const property = fc.asyncProperty(
        fc.constantFrom(...regimes),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }),
        fc.constantFrom("drawn", "sorted", "outlier first", "outlier last"),
        fc.boolean(),
        fc.nat(999),
        assertPooled,
      );
      await fc.assert(property, { seed: 17, numRuns: device === "cpu" ? 15 : 40 });
    } finally {
      jax.defaultDevice(before);
    }
  });
}

/** Batches of some sizes about an offset, with or without masks, against float64. */
async function assertPooled(
  [offset, deviation]: readonly [number, number],
  sizes: readonly number[],
  order: string,
  isMasked: boolean,
  seed: number,
): Promise<void> {
  const random = seededRandom(seed);
  const m = sizes.reduce((sum, size) => sum + size, 0);
  const { data } = randomTensor([m, 2], random, { shift: offset, scale: deviation });
  if (order === "sorted") data.sort();
  const place = order === "outlier first" ? 0 : m - 1;
  if (order.startsWith("outlier") && m > 0) data[2 * place] = offset + 300 * deviation;
  const flags = Array.from({ length: m }, () => isMasked && random() < 0.4 ? 0 : 1);
  let stats = initialStats(2);
  let from = 0;
  for (const size of sizes) {
    const part = data.slice(2 * from, 2 * (from + size));
    const own = flags.slice(from, from + size);
    // What is masked may be anything.
    own.forEach((flag, i) => flag || part.fill(NaN, 2 * i, 2 * i + 2));
    const masked = isMasked && size > 0 && { mask: np.array(own).greater(0) };
    stats = accumulateStats(arrayOf(part, [size, 2]), stats, { ...masked });
    from += size;
  }
  assert.equal(await stats.m.ref.jsAsync(), flags.filter(Boolean).length);
  const exact = moments({ data: Float64Array.from(data), shape: [m, 2] }, { mask: flags });
  const state = finishStats(stats, initialState(2), { runningVariance: "biased" });
  const [mean, variance] = [await vector(state.runningMean), await vector(state.runningVar)];
  state.numBatchesTracked.dispose();
  if (exact.m < 2) return assert.deepEqual([...mean, ...variance], [0, 0, 1, 1]);
  for (const c of [0, 1]) {
    const size = Math.max(Math.abs(exact.mean[c]), Math.sqrt(exact.variance[c]));
    const what = `channel ${c} of ${m}: ${variance[c]}, ${exact.variance[c]}`;
    assert.ok(Math.abs(mean[c] - exact.mean[c]) <= 1e-6 * size, what);
    assert.ok(Math.abs(variance[c] - exact.variance[c]) <= 1e-6 * exact.variance[c], what);
  }
}

Deno.test("hundreds of values one at a time lose no digits, and counts beyond 2^24 are exact", async () => {
  const { data } = randomTensor([300, 1], seededRandom(2), { shift: 1000, scale: 0.7 });
  let stats = initialStats(1);
  for (const value of data) {
    stats = accumulateStats(np.array([[value]]), stats);
    // Read at once: jax-js works out what it is asked for.
    await stats.varianceRest.ref.data();
  }
  const exact = moments({ data, shape: [300, 1] });
  const state = finishStats(jax.tree.ref(stats), initialState(1), { runningVariance: "biased" });
  assertClose(await vector(state.runningVar), exact.variance, 1e-6);
  jax.tree.dispose(stats);
  const many = { ...initialStats(1), m: np.array(2 ** 31), mRest: np.array(0) };
  const more = accumulateStats(np.array([[1], [2], [3]]), many);
  assert.deepEqual([await more.m.jsAsync(), await more.mRest.jsAsync()], [2 ** 31, 3]);
});

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
