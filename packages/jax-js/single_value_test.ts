import assert from "node:assert/strict";
import { BatchNorm1d, BatchRenorm1d } from "@renorm/core-math";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { arrayOf, functions, randomBatch, read, stepOf, treesOf } from "./testing/batches.ts";
import { buffersLeft } from "./testing/live_buffers.ts";

const { batchNorm, batchRenorm, initialParams, initialState } = functions;
const { numpy: np } = jax;
const options = { onSingleValue: "running" } as const;
const limits = { rmax: 3, dmax: 5 };

/** The values and gradients of the layers of core-math in the state of a batch. */
function expectedOf(batch: ReturnType<typeof randomBatch<Float32Array>>) {
  const { x, dy, weight, bias, runningMean, runningVar } = batch;
  return [new BatchNorm1d(3, options), new BatchRenorm1d(3, options)].map((layer) => {
    const counters = { num_batches_tracked: 7 };
    layer.loadStateDict({ weight, bias, running_mean: runningMean, running_var: runningVar });
    layer.loadStateDict({ ...layer.stateDict(), ...counters });
    const y = layer.forward(x).data;
    return { y, dx: layer.backward(dy).data, weight: layer.weightGrad!, bias: layer.biasGrad! };
  });
}

for (const shape of [[1, 3], [1, 3, 1, 1]]) {
  Deno.test(`a single value is normalised by the state if told, under jit and grad too: rank ${shape.length}`, async () => {
    const batch = randomBatch(shape, 3, Float32Array);
    const flat = { x: [1, 3], dy: [1, 3] };
    const asRows = {
      ...batch,
      x: { ...batch.x, shape: flat.x },
      dy: { ...batch.dy, shape: flat.dy },
    };
    const expected = expectedOf(asRows);
    const forwards = [
      (...given: Parameters<Parameters<typeof stepOf>[0]>) => batchNorm(...given, options),
      (...given: Parameters<Parameters<typeof stepOf>[0]>) =>
        batchRenorm(...given, limits, { ...options }),
    ];
    for (const [i, forward] of forwards.entries()) {
      const { x, params, state, dy } = treesOf(batch);
      state.numBatchesTracked = np.array(7, { dtype: np.int32 });
      const eager = await read(forward(x.ref, jax.tree.ref(params), jax.tree.ref(state)));
      const [[dx, gradients], [y, next]] = await read(stepOf(forward)(x, params, state, dy));
      for (const [name, state] of Object.entries({ eager: eager[1], next })) {
        assert.deepEqual(state.runningMean, batch.runningMean, name);
        assert.deepEqual(state.runningVar, batch.runningVar, name);
        assert.equal(state.numBatchesTracked[0], 7, name);
      }
      assertClose(eager[0], expected[i].y, 1e-6, "eager y");
      assertClose(y, expected[i].y, 1e-6, "y");
      assertClose(dx, expected[i].dx, 1e-6, "dx");
      assertClose(gradients.weight, expected[i].weight, 1e-6, "dWeight");
      assertClose(gradients.bias, expected[i].bias, 1e-6, "dBias");
    }
  });
}

Deno.test("under a mask that leaves the only position out, x has no gradient", async () => {
  const gradient = async (flag: number) => {
    const loss = (x: jax.Array) => {
      const mask = np.array([flag]).greater(0);
      const [y, state] = batchRenorm(x, {}, initialState(3), limits, { ...options, mask });
      jax.tree.dispose(state);
      return y.sum();
    };
    return [...await read(jax.grad(loss)(np.array([[1, 2, 3]])) as jax.Array)] as number[];
  };
  assert.deepEqual(await gradient(0), [0, 0, 0]);
  assert.ok((await gradient(1)).every((value) => value > 0.99));
});

Deno.test("two values are a batch as ever, and a single one throws without being told otherwise", async () => {
  const batch = randomBatch([2, 3], 5, Float32Array);
  const runs = [{}, options].map((given) => {
    const { x, params, state, dy } = treesOf(batch);
    dy.dispose();
    return read(batchRenorm(x, params, state, limits, given));
  });
  const [plain, told] = await Promise.all(runs);
  assert.deepEqual(told, plain);
  const x = np.array([[1, 2, 3]]);
  assert.throws(() => batchNorm(x, {}, initialState(3)), {
    name: "RangeError",
    message: "batchNorm expects more than 1 value per channel when training: got shape [1, 3]",
  });
  assert.throws(
    () => batchNorm(x, {}, initialState(3), { onSingleValue: "skip" as "throw" }),
    /^RangeError: batchNorm expects onSingleValue to be "throw" or "running": got "skip"$/,
  );
  assert.equal(x.refCount, 1);
  x.dispose();
});

Deno.test("a single value leaves no buffer behind", async () => {
  const run = async () => {
    const scalars = { rmax: np.array(3), dmax: np.array(5) };
    const x = arrayOf(Float32Array.of(1, 2, 3), [1, 3]);
    await read(batchRenorm(x, initialParams(3), initialState(3), scalars, options));
  };
  assert.equal(await buffersLeft(run), 0);
  const accumulate = async () => {
    const mask = np.array([1, 0]).greater(0);
    const x = arrayOf(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const stats = functions.accumulateStats(x, functions.initialStats(3), { mask });
    await read(functions.accumulateStats(np.zeros([0, 3]), stats));
  };
  assert.equal(await buffersLeft(accumulate), 0);
});
