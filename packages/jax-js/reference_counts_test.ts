import assert from "node:assert/strict";
import { linearWarmup } from "@renorm/schedule";
import * as jax from "@jax-js/jax";
import { buffersLeft } from "./testing/live_buffers.ts";
import { arrayOf, functions, randomBatch, read, stepOf, treesOf } from "./testing/batches.ts";

const { batchNorm, batchNormInference, batchRenorm, initialParams, initialState } = functions;
const batch = randomBatch([4, 3, 5], 37, Float32Array);
const limits = { rmax: 2, dmax: 1 };

const input = () => arrayOf(batch.x.data, batch.x.shape);

/** Every array of some trees. */
function leavesOf(...trees: unknown[]): jax.Array[] {
  return jax.tree.leaves(trees as jax.JsTree<jax.Array>);
}

Deno.test("a call consumes each array once, and its results are held once", () => {
  const given = treesOf(batch);
  const scalars = { rmax: jax.numpy.array(2), dmax: jax.numpy.array(1) };
  const arrays = leavesOf(given.x, given.params, given.state, scalars);
  for (const array of arrays) array.ref;
  const results = batchRenorm(given.x, given.params, given.state, scalars);
  assert.deepEqual(arrays.map(({ refCount }) => refCount), arrays.map(() => 1));
  assert.deepEqual(leavesOf(results).map(({ refCount }) => refCount), [1, 1, 1, 1]);
  jax.tree.dispose([...arrays, results]);

  const other = treesOf(batch);
  const others = leavesOf(other.x, other.params, other.state);
  const y = batchNormInference(other.x, other.params, other.state);
  assert.deepEqual(others.map(({ refCount }) => refCount), others.map(() => 0));
  assert.equal(y.refCount, 1);
  y.dispose();
});

Deno.test("a call that throws consumes nothing", () => {
  const { x, params, state, dy } = treesOf(batch);
  const arrays = leavesOf(x, params, state);
  assert.throws(() => batchRenorm(x, params, state, { rmax: 0.5, dmax: 1 }), RangeError);
  assert.throws(() => batchRenorm(x, params, state, limits, { eps: -1 }), RangeError);
  assert.throws(() => batchNorm(x, { weight: x }, state), TypeError);
  assert.throws(() => batchNormInference(x, params, { ...state, runningVar: x }), TypeError);
  assert.deepEqual(arrays.map(({ refCount }) => refCount), arrays.map(() => 1));
  jax.tree.dispose([...arrays, dy]);
});

for (const device of ["cpu", "wasm"] as const) {
  Deno.test(`no buffer is left behind on ${device}`, async () => {
    const before = jax.defaultDevice();
    jax.defaultDevice(device);
    try {
      const renorm = stepOf((x, params, state) => batchRenorm(x, params, state, limits));
      const runs: Readonly<Record<string, () => unknown>> = {
        "batch renorm": () => batchRenorm(input(), initialParams(3), initialState(3), limits),
        "batch renorm with a schedule": () =>
          batchRenorm(input(), {}, initialState(3), linearWarmup()),
        "batch renorm of an empty batch": () =>
          batchRenorm(jax.numpy.zeros([0, 3]), {}, initialState(3), limits),
        "batch norm": () => batchNorm(input(), {}, initialState(3), { momentum: null }),
        "inference": () => batchNormInference(input(), initialParams(3), initialState(3)),
        "gradients under jit": () => {
          const { x, params, state, dy } = treesOf(batch);
          return renorm(x, params, state, dy);
        },
      };
      for (const [name, run] of Object.entries(runs)) {
        assert.equal(await buffersLeft(async () => void await read(run())), 0, name);
      }
      const leaking = async () =>
        void await batchRenorm(
          input(),
          {},
          initialState(3),
          limits,
        )[0].data();
      assert.equal(await buffersLeft(leaking), 15, "three arrays of five states that nobody frees");
    } finally {
      jax.defaultDevice(before);
    }
  });
}
