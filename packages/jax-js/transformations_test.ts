import assert from "node:assert/strict";
import type { FloatArray } from "@renorm/core-math";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { arrayOf, functions, randomBatch, read, treesOf } from "./testing/batches.ts";
import type { NormParams, NormState } from "./mod.ts";

const { batchNorm, batchNormInference, batchRenorm } = functions;
const { tree } = jax;
const clipped = { rmax: 1.01, dmax: 0.01 };

type Forward = (x: jax.Array, params: NormParams, state: NormState) => [jax.Array, NormState?];

/** What has gradients of its own, by name. */
const forwards: Readonly<Record<string, Forward>> = {
  "batchRenorm()": (x, params, state) => batchRenorm(x, params, state, clipped),
  "batchNorm()": batchNorm,
  "batchNormInference()": (x, params, state) => [batchNormInference(x, params, state)],
};

for (const [name, forward] of Object.entries(forwards)) {
  Deno.test(`a gradient of a gradient of ${name} is the slope of the gradient`, async () => {
    const batch = randomBatch([3, 3, 4], 83, Float64Array);
    const along = arrayOf(batch.dy.data, batch.dy.shape);
    const loss = (x: jax.Array) => {
      const { params, state } = treesOf(batch);
      const [y, next] = forward(x, params, state);
      if (next) tree.dispose(next);
      return y.ref.mul(y).mul(along.ref).sum();
    };
    const gradient = (data: FloatArray) =>
      read(jax.grad(loss)(arrayOf(data, batch.x.shape)) as jax.Array) as Promise<Float64Array>;
    const second = jax.grad((x: jax.Array) =>
      (jax.grad(loss)(x) as jax.Array).mul(along.ref).sum()
    );
    const actual = await read(second(arrayOf(batch.x.data, batch.x.shape)));

    const h = 1e-5;
    const at = (step: number) => gradient(batch.x.data.map((v, i) => v + step * batch.dy.data[i]));
    const [after, before] = [await at(h), await at(-h)];
    assertClose(actual, after.map((value, i) => (value - before[i]) / (2 * h)), 1e-7);
  });
}

Deno.test("batchRenorm() under vmap is batchRenorm() of each batch, gradients too", async () => {
  const batches = [89, 97].map((seed) => randomBatch([4, 3, 5], seed, Float64Array));
  const both = arrayOf(Float64Array.from(batches.flatMap(({ x }) => [...x.data])), [2, 4, 3, 5]);
  const loss = (x: jax.Array) => {
    const { params, state, dy } = treesOf(batches[0]);
    const [y, next] = batchRenorm(x, params, state, clipped);
    return [y.ref.mul(dy).sum(), [y, next]] as [jax.Array, [jax.Array, NormState]];
  };
  const graded = jax.grad(loss, { hasAux: true });
  const [dx, [y, next]] = await read(jax.jit(jax.vmap(graded))(both));
  for (const [i, { x }] of batches.entries()) {
    const [dxAlone, [yAlone, nextAlone]] = await read(graded(arrayOf(x.data, x.shape)));
    const of = (values: FloatArray, length: number) =>
      values.subarray(i * length, (i + 1) * length);
    assertClose(of(y, 60), yAlone, 1e-12, "y");
    assertClose(of(dx, 60), dxAlone, 1e-12, "dx");
    assertClose(of(next.runningVar, 3), nextAlone.runningVar, 1e-12);
    assert.equal(next.numBatchesTracked[i], 1);
  }
});

Deno.test("counters stay integers beside a gradient, under jit and not", () => {
  const { numpy: np } = jax;
  const loss = (x: jax.Array): [jax.Array, jax.Array[]] => {
    const { params, state } = treesOf(randomBatch([3, 3, 4], 83, Float32Array));
    const [y, next] = batchRenorm(x.ref, params, state, { rmax: 3, dmax: 5, warmupSteps: 9 });
    const masked = batchNorm(x, {}, functions.initialState(3), {
      mask: np.ones([3, 4]).greater(0),
    })[1];
    return [y.sum(), [next.numBatchesTracked, masked.numBatchesTracked]];
  };
  const graded = jax.grad(loss, { hasAux: true });
  for (const step of [graded, jax.jit(graded)]) {
    const [, counters] = step(np.ones([3, 3, 4]));
    assert.deepEqual(counters.map(({ dtype }) => dtype), ["int32", "int32"]);
  }
});
