import assert from "node:assert/strict";
import { batchNormBackward, batchNormForward, batchRenormForward } from "@renorm/core-math";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { arrayOf, functions, randomBatch, read, stepOf, treesOf } from "./testing/batches.ts";

const { batchNorm, batchNormInference, batchRenorm, initialParams, initialState } = functions;
const { numpy: np } = jax;
const limits = { rmax: 1.5, dmax: 0.5 };

Deno.test("a channel whose batch is not finite keeps its running statistics, and the others are untouched", async () => {
  const batch = randomBatch([4, 3, 5], 41, Float32Array);
  // Of 1e25 the mean is finite, but not the variance.
  for (const wrong of [NaN, Infinity, -Infinity, 3e38, 1e25]) {
    const data = batch.x.data.slice();
    data[5] = wrong; // sample 0, channel 1
    const x = { data, shape: batch.x.shape };
    const { params, state } = treesOf(batch);
    const [y, next] = await read(batchRenorm(arrayOf(data, x.shape), params, state, limits));
    const running = {
      runningMean: batch.runningMean.slice(),
      runningVar: batch.runningVar.slice(),
    };
    const parameters = { weight: batch.weight, bias: batch.bias, ...running };
    const forward = batchRenormForward(x, parameters, limits);
    assert.equal(forward.skippedUpdates, 1);
    assert.equal(next.runningMean[1], batch.runningMean[1], String(wrong));
    assert.equal(next.runningVar[1], batch.runningVar[1], String(wrong));
    assertClose(next.runningMean, running.runningMean, 1e-6);
    assertClose(next.runningVar, running.runningVar, 1e-6);
    assert.equal(next.numBatchesTracked[0], 1);
    const others = (values: Float32Array) => values.filter((_, i) => Math.floor(i / 5) % 3 !== 1);
    assertClose(others(y), others(forward.y.data), 1e-5);
  }
});

Deno.test("a mean that float32 cannot hold leaves the running statistics, whatever the variance", async () => {
  const x = arrayOf(Float64Array.of(1e300, 1, 1e300, 2, 1e300, 3), [3, 2]);
  const [y, next] = await read(batchNorm(x, {}, initialState(2), { momentum: 1 }));
  assert.deepEqual([...next.runningMean], [0, 2]);
  assert.deepEqual([...next.runningVar], [1, 1]);
  assert.deepEqual([y[0], y[2], y[4]], [0, 0, 0]);
});

Deno.test("an empty batch gives an empty result, zero gradients and the state as it was", async () => {
  const batch = randomBatch([4, 3], 43, Float32Array);
  for (const shape of [[0, 3], [0, 3, 2, 2], [2, 3, 0]]) {
    const { params, state } = treesOf(batch);
    const step = stepOf((x, params, state) => batchRenorm(x, params, state, limits));
    const [[dx, gradients], [y, next]] = step(np.zeros(shape), params, state, np.zeros(shape));
    assert.deepEqual([dx.shape, y.shape], [shape, shape]);
    const { weight, bias } = await read(gradients);
    assert.deepEqual([...weight, ...bias], [0, 0, 0, 0, 0, 0]);
    const kept = await read(next);
    assert.deepEqual([kept.runningMean, kept.runningVar], [batch.runningMean, batch.runningVar]);
    assert.equal(kept.numBatchesTracked[0], 0);
    jax.tree.dispose([dx, y]);
  }
  const [y, next] = batchNorm(np.zeros([0, 3]), {}, initialState(3), { momentum: null });
  assert.deepEqual(y.shape, [0, 3]);
  jax.tree.dispose([y, next]);
});

Deno.test("one value per channel is refused in training and serves in inference", async () => {
  const one = () => np.array([[1, 2, 3]]);
  assert.throws(() => batchRenorm(one(), {}, initialState(3), limits), {
    name: "RangeError",
    message: "batchRenorm expects more than 1 value per channel when training: got shape [1, 3]",
  });
  const y = batchNormInference(one(), {}, initialState(3));
  assertClose(await read(y), [1, 2, 3], 1e-5);
});

Deno.test("a constant channel has a finite y and gradient, also where float32 has no root of eps", async () => {
  for (const eps of [1e-5, 1e-100]) {
    const step = stepOf((x, params, state) => batchRenorm(x, params, state, limits, { eps }));
    const dy = np.array([[1], [2], [3], [4]]);
    const [[dx], [y]] = await read(step(np.ones([4, 1]), initialParams(1), initialState(1), dy));
    assert.ok([...dx, ...y].every(Number.isFinite), `${dx} ${y}`);
  }
});

Deno.test("a constant channel of 1e18 has the gradient that eps gives it", async () => {
  const x = { data: new Float32Array(4).fill(1e18), shape: [4, 1] };
  const dy = { data: Float32Array.of(1, 2, 3, 5), shape: [4, 1] };
  const step = stepOf((x, params, state) => batchNorm(x, params, state));
  const given = [arrayOf(x.data, x.shape), initialParams(1), initialState(1)] as const;
  const [[dx]] = await read(step(...given, arrayOf(dy.data, dy.shape)));
  const { saved } = batchNormForward(x);
  assertClose(dx, batchNormBackward(dy, saved).dx.data, 1e-6);
});

Deno.test("float16 is computed in float32 and rounded once", async () => {
  const before = jax.defaultDevice();
  jax.defaultDevice("cpu");
  try {
    const batch = randomBatch([4, 3, 5], 47, Float32Array);
    const half = Float32Array.from(batch.x.data, Math.f16round);
    const { state, params } = treesOf(batch);
    const x = arrayOf(half, batch.x.shape).astype(np.float16);
    const [y, next] = batchRenorm(x, params, state, limits);
    assert.equal(y.dtype, np.float16);
    assert.equal(next.runningMean.dtype, np.float32);
    const running = {
      runningMean: batch.runningMean.slice(),
      runningVar: batch.runningVar.slice(),
    };
    const parameters = { weight: batch.weight, bias: batch.bias, ...running };
    const forward = batchRenormForward({ data: half, shape: batch.x.shape }, parameters, limits);
    assertClose(await read(y), forward.y.data, 2 ** -11);
    assertClose((await read(next)).runningVar, running.runningVar, 1e-6);
  } finally {
    jax.defaultDevice(before);
  }
});

Deno.test("jax-js has no gradient through float16, and says so", () => {
  const before = jax.defaultDevice();
  jax.defaultDevice("cpu");
  try {
    const loss = (x: jax.Array) => {
      const [y, next] = batchRenorm(x, {}, initialState(3), limits);
      jax.tree.dispose(next);
      return y.sum();
    };
    const x = np.ones([4, 3], { dtype: np.float16 });
    assert.throws(() => jax.grad(loss)(x), /Backward pass not implemented for cast/);
  } finally {
    jax.defaultDevice(before);
  }
});
