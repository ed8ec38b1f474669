import assert from "node:assert/strict";
import { batchRenormBackward, batchRenormForward, moments } from "@renorm/core-math";
import { linearWarmup } from "@renorm/schedule";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { buffersLeft } from "./testing/live_buffers.ts";
import { arrayOf, functions, randomBatch, read, stepOf, treesOf } from "./testing/batches.ts";
import { assertSparseDigits, plane } from "./testing/digits.ts";

const { accumulateStats, batchNormInference, batchRenorm, finishStats } = functions;
const { initialState, initialStats } = functions;
const { numpy: np } = jax;
const limits = { rmax: 1.5, dmax: 0.5 };

assert.ok((await jax.init("webgpu")).includes("webgpu"), "jax-js has an adapter");
jax.defaultDevice("webgpu");

Deno.test(
  "batchRenorm() and its gradients on webgpu are those of core-math over many values",
  async () => {
    for (
      const [layout, shape] of [
        ["channels-first", [4, 3, 24, 24]],
        ["channels-last", [4, 24, 24, 3]],
      ] as const
    ) {
      const batch = randomBatch(shape, 53, Float32Array);
      const { x, params, state, dy } = treesOf(batch);
      const step = stepOf((x, params, state) => batchRenorm(x, params, state, limits, { layout }));
      const [[dx, gradients], [y, next]] = await read(step(x, params, state, dy));
      const running = {
        runningMean: batch.runningMean.slice(),
        runningVar: batch.runningVar.slice(),
      };
      const parameters = { weight: batch.weight, bias: batch.bias, ...running };
      const forward = batchRenormForward(batch.x, parameters, { ...limits, layout });
      const backward = batchRenormBackward(batch.dy, forward.saved);
      assertClose(y, forward.y.data, 3e-6, "y");
      assertClose(dx, backward.dx.data, 3e-6, "dx");
      assertClose(gradients.weight, backward.dWeight!, 1e-5, "dWeight");
      assertClose(gradients.bias, backward.dBias!, 1e-5, "dBias");
      assertClose(next.runningMean, running.runningMean, 1e-6);
      assertClose(next.runningVar, running.runningVar, 1e-6);
    }
  },
);

Deno.test("values far above their mean are not all rounded the same way on webgpu", () =>
  assertSparseDigits(plane, false));

Deno.test("functions that were used on wasm are as right on webgpu, gradients too", async () => {
  const batch = randomBatch([4, 3, 5], 57, Float32Array);
  const results: unknown[][] = [];
  for (const device of ["wasm", "webgpu"] as const) {
    jax.defaultDevice(device);
    const { x, params, state, dy } = treesOf(batch);
    const step = stepOf((x, params, state) => batchRenorm(x, params, state, limits));
    const [[dx, gradients], [y]] = await read(step(x, params, state, dy));
    results.push([dx, gradients.weight, gradients.bias, y]);
  }
  const [onWasm, onWebgpu] = results as Float32Array[][];
  onWebgpu.forEach((values, i) => assertClose(values, onWasm[i], 3e-6));
});

Deno.test("a channel that is not finite keeps its running statistics on webgpu", async () => {
  const batch = randomBatch([4, 3, 5], 59, Float32Array);
  for (const wrong of [NaN, Infinity, -Infinity]) {
    const data = batch.x.data.slice();
    data[5] = wrong; // sample 0, channel 1
    const { params, state } = treesOf(batch);
    const [, next] = await read(batchRenorm(arrayOf(data, [4, 3, 5]), params, state, limits));
    assert.equal(next.runningMean[1], batch.runningMean[1], String(wrong));
    assert.equal(next.runningVar[1], batch.runningVar[1], String(wrong));
    assert.notEqual(next.runningMean[0], batch.runningMean[0]);
    assert.notEqual(next.runningMean[2], batch.runningMean[2]);
  }
});

Deno.test("open limits give on webgpu what inference gives", async () => {
  const batch = randomBatch([4, 3, 5], 61, Float32Array);
  const [first, second] = [treesOf(batch), treesOf(batch)];
  const open = { rmax: Infinity, dmax: Infinity };
  const [y] = await read(batchRenorm(first.x, first.params, first.state, open));
  const expected = batchNormInference(second.x, second.params, second.state);
  assertClose(y, await read(expected), 1e-6);
});

Deno.test(
  "float16 is computed in float32 where the device has it, and refused by jax-js where not",
  async () => {
    const batch = randomBatch([4, 3, 5], 67, Float32Array);
    const half = Float32Array.from(batch.x.data, Math.f16round);
    const { params, state } = treesOf(batch);
    const run = async () => {
      const x = arrayOf(half, [4, 3, 5]).astype(np.float16);
      return await read(batchRenorm(x, params, state, limits)[0]);
    };
    if (!jax.getWebGPUDevice().features.has("shader-f16")) {
      await assert.rejects(run, /float16|f16/);
      return;
    }
    const running = {
      runningMean: batch.runningMean.slice(),
      runningVar: batch.runningVar.slice(),
    };
    const parameters = { weight: batch.weight, bias: batch.bias, ...running };
    const forward = batchRenormForward({ data: half, shape: [4, 3, 5] }, parameters, limits);
    assertClose(await run(), forward.y.data, 2 ** -11);
  },
);

Deno.test("steps under jit leave no buffer behind on webgpu", async () => {
  const batch = randomBatch([4, 3, 5], 71, Float32Array);
  const schedule = linearWarmup({ warmupSteps: 100 });
  const step = stepOf((x, params, state) => batchRenorm(x, params, state, schedule));
  const { x, params, dy } = treesOf(batch);
  let state = initialState(3);
  const left = await buffersLeft(async () => {
    const [[dx, gradients], [y, next]] = step(
      x.ref,
      jax.tree.ref(params),
      state,
      dy.ref,
    );
    state = next;
    await read([dx, y, gradients]);
  }, 20);
  assert.equal(left, 0);
  assert.equal((await read(state)).numBatchesTracked[0], 22);
});

Deno.test("statistics that are accumulated on webgpu are the pooled ones, under masks too", async () => {
  jax.defaultDevice("webgpu");
  const { data } = randomTensor([40, 3], seededRandom(61), { shift: 1000, scale: 0.7 });
  const flags = Array.from({ length: 40 }, (_, i) => i % 3 ? 1 : 0);
  let stats = initialStats(3);
  for (let from = 0; from < 40; from += 4) {
    const mask = np.array(flags.slice(from, from + 4)).greater(0);
    const x = arrayOf(data.slice(3 * from, 3 * from + 12), [4, 3]);
    stats = accumulateStats(x, stats, { mask });
    await stats.varianceRest.ref.data();
  }
  const state = finishStats(stats, initialState(3), { runningVariance: "biased" });
  const exact = moments({ data, shape: [40, 3] }, { mask: flags });
  const { runningMean, runningVar } = await read(state);
  assertClose(runningMean, exact.mean, 1e-6, "mean");
  assertClose(runningVar, exact.variance, 1e-6, "variance");
});
