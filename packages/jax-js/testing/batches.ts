/** Seeded batches as arrays of jax-js, and training steps under `jit`. */
import type { FloatArray, Layout, Tensor } from "@renorm/core-math";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import * as jax from "@jax-js/jax";
import { type JaxArray, type NormParams, type NormState, renormFunctions } from "../mod.ts";

export const functions = renormFunctions(jax);

/** Shapes of every rank with 3 channels, channels-first. */
export const shapes: readonly (readonly number[])[] = [
  [6, 3],
  [4, 3, 5],
  [2, 3, 4, 5],
  [2, 3, 2, 3, 2],
];

/** A batch with all that a training forward and backward need, of three channels. */
export interface Batch<A extends FloatArray> {
  readonly x: Tensor<A>;
  readonly dy: Tensor<A>;
  readonly weight: A;
  readonly bias: A;
  readonly runningMean: Float32Array;
  readonly runningVar: Float32Array;
}

/** A seeded batch whose running statistics stray from it. */
export function randomBatch<A extends FloatArray>(
  shape: readonly number[],
  seed: number,
  kind: { from(values: readonly number[]): A },
): Batch<A> {
  const random = seededRandom(seed);
  const length = shape.reduce((product, n) => product * n, 1);
  const tensor = (scale: number, shift: number): Tensor<A> => ({
    data: kind.from(randomValues(length, random).map((value) => value * scale + shift)),
    shape,
  });
  return {
    x: tensor(2, 1),
    dy: tensor(1, 0.1),
    weight: kind.from(randomValues(3, random).map((value) => 1 + 0.3 * value)),
    bias: kind.from(randomValues(3, random)),
    runningMean: Float32Array.from(randomValues(3, random)),
    runningVar: Float32Array.from(randomValues(3, random), (value) => 0.3 + value ** 2),
  };
}

/** The shape in the other layout; values are then others, which is all the same to a test. */
export function inLayout(layout: Layout, [n, c, ...spatial]: readonly number[]): number[] {
  return layout === "channels-last" ? [n, ...spatial, c] : [n, c, ...spatial];
}

/** An array of jax-js. */
export function arrayOf(data: FloatArray, shape: readonly number[] = [data.length]): JaxArray {
  return jax.numpy.array(data as Float32Array<ArrayBuffer>, { shape: [...shape] });
}

/** Runs with another device as the current one. */
export async function onDevice(device: jax.Device, run: () => Promise<void>): Promise<void> {
  const before = jax.defaultDevice();
  await jax.init(device);
  jax.defaultDevice(device);
  try {
    await run();
  } finally {
    jax.defaultDevice(before);
  }
}

/** The trees of a batch. */
export function treesOf(batch: Batch<FloatArray>): {
  x: JaxArray;
  dy: JaxArray;
  params: NormParams;
  state: NormState;
} {
  const { numpy: np } = jax;
  return {
    x: arrayOf(batch.x.data, batch.x.shape),
    dy: arrayOf(batch.dy.data, batch.dy.shape),
    params: { weight: arrayOf(batch.weight), bias: arrayOf(batch.bias) },
    state: {
      runningMean: arrayOf(batch.runningMean),
      runningVar: arrayOf(batch.runningVar),
      numBatchesTracked: np.array(0, { dtype: np.int32 }),
    },
  };
}

/** The values of every array of a tree, which is consumed. */
// deno-lint-ignore no-explicit-any
export async function read<T>(arrays: T): Promise<any> {
  if (Array.isArray(arrays)) return await Promise.all(arrays.map(read));
  if (arrays instanceof jax.Array) return await arrays.data();
  const entries = Object.entries(arrays as Record<string, unknown>);
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, value]) => [key, await read(value)])),
  );
}

/** A training forward with gradients to x and the parameters: those of `Σ y·dy`. */
export type Step = (
  x: JaxArray,
  params: NormParams,
  state: NormState,
  dy: JaxArray,
) => [[dx: JaxArray, gradients: NormParams], [y: JaxArray, state: NormState]];

/** The gradients of a forward, under `jit`. */
export function stepOf(
  forward: (x: JaxArray, params: NormParams, state: NormState) => [JaxArray, NormState],
): Step {
  const loss = (
    x: JaxArray,
    params: NormParams,
    state: NormState,
    dy: JaxArray,
  ): [JaxArray, [JaxArray, NormState]] => {
    const [y, next] = forward(x, params, state);
    return [y.ref.mul(dy).sum(), [y, next]];
  };
  return jax.jit(jax.grad(loss, { argnums: [0, 1], hasAux: true })) as unknown as Step;
}
