import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { arrayOf, functions, randomBatch, read, treesOf } from "./testing/batches.ts";

const { batchRenorm } = functions;
const { numpy: np, tree } = jax;
const clipped = { rmax: 1.01, dmax: 0.01 };

Deno.test("gradients under a mask are slopes, and so are gradients of gradients", async () => {
  const shape = [3, 3, 4];
  const batch = randomBatch(shape, 83, Float64Array);
  const mask = () => np.array([1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0]).reshape([3, 4]).greater(0);
  const along = arrayOf(batch.dy.data, shape);
  const loss = (x: jax.Array) => {
    const { params, state, dy } = treesOf(batch);
    dy.dispose();
    const [y, next] = batchRenorm(x, params, state, clipped, { mask: mask() });
    tree.dispose(next);
    // Not of masked positions: what stands there is no output.
    const counted = np.where(mask().reshape([3, 1, 4]), y, 0);
    return counted.ref.mul(counted).mul(along.ref).sum();
  };
  const gradient = jax.grad(loss) as (x: jax.Array) => jax.Array;
  const x = batch.x.data;
  const valueAt = async () => (await read(loss(arrayOf(x, shape))) as Float64Array)[0];
  const actual = await read(gradient(arrayOf(x, shape)));
  // r and d are clipped, and so constants of the slope as they are of the gradient.
  const expected = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const [value, h] = [x[i], 1e-5];
    x[i] = value + h;
    const above = await valueAt();
    x[i] = value - h;
    expected[i] = (above - await valueAt()) / (2 * h);
    x[i] = value;
  }
  assertClose(actual, expected, 1e-6);

  const second = jax.grad((x: jax.Array) => gradient(x).mul(along.ref).sum());
  const h = 1e-5;
  const at = async (step: number) =>
    await read(gradient(arrayOf(x.map((v, i) => v + step * batch.dy.data[i]), shape)));
  const [after, before] = [await at(h), await at(-h)] as Float64Array[];
  const slope = after.map((value, i) => (value - before[i]) / (2 * h));
  assertClose(await read(second(arrayOf(x, shape))), slope, 1e-6);
});

Deno.test("a mask goes through jit and vmap", async () => {
  const shape = [4, 3, 5];
  const batches = [89, 97].map((seed) => randomBatch(shape, seed, Float32Array));
  const flags = batches.map((_, i) => Array.from({ length: 20 }, (_, j) => (i + j) % 3 ? 1 : 0));
  const forward = (x: jax.Array, mask: jax.Array) => {
    const { params, state } = treesOf(batches[0]);
    return batchRenorm(x, params, state, clipped, { mask });
  };
  const x = arrayOf(Float32Array.from(batches.flatMap(({ x }) => [...x.data])), [2, ...shape]);
  const mask = np.array(flags.flat()).reshape([2, 4, 5]).greater(0);
  const [y, next] = await read(jax.jit(jax.vmap(forward))(x, mask));
  for (const [i, { x }] of batches.entries()) {
    const alone = np.array(flags[i]).reshape([4, 5]).greater(0);
    const [yAlone, nextAlone] = await read(forward(arrayOf(x.data, shape), alone));
    assertClose(y.subarray(i * 60, (i + 1) * 60), yAlone, 1e-6, "y");
    assertClose(next.runningVar.subarray(3 * i, 3 * i + 3), nextAlone.runningVar, 1e-6);
  }
});
