import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { useFastCpuKernels } from "./fast_cpu_kernels.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

const random = seededRandom(3);
const tensor = (...shape: number[]): tf.Tensor =>
  tf.tensor(randomTensor(shape, random, { shift: 2 }).data, shape);

/** What is computed with TensorFlow.js' own kernels and then with the faster ones. */
const computations: Readonly<Record<string, () => tf.Tensor[]>> = {
  ...convolutionGradients("same", [3, 7, 6, 4], [3, 3, 4, 5], 1),
  ...convolutionGradients("same", [2, 5, 5, 1], [5, 3, 1, 2], 1),
  // These three are left to TensorFlow.js.
  ...convolutionGradients("valid", [2, 6, 6, 3], [3, 3, 3, 2], 1),
  ...convolutionGradients("same", [2, 6, 6, 3], [3, 3, 3, 2], 2),
  ...convolutionGradients("same", [2, 6, 6, 3], [2, 2, 3, 2], 1),
  ...arithmetic([4, 3, 2, 5], [5]),
  ...arithmetic([4, 3, 2, 5], [1, 1, 1, 5]),
  ...arithmetic([4, 3, 2, 5], [4, 1, 1, 5]),
  ...arithmetic([4, 3, 2, 5], [4, 1, 1, 1]),
  ...arithmetic([4, 3, 2, 5], [4, 3, 2, 5]),
  ...arithmetic([4, 3, 2, 5], [4, 1, 2, 1]),
  ...arithmetic([4, 3, 2, 5], []),
  ...arithmetic([], [4, 5]),
  ...arithmetic([5], [4, 1, 1, 5]),
  ...arithmetic([4, 1], [1, 5]),
  ...arithmetic([0, 5], [5]),
  ...reductions([4, 3, 2, 5], [[0], [0, 1, 2], [1, 2], [3], [0, 2], [0, 1, 2, 3], [-1]]),
  "integers": () => [
    tf.tensor([1, 2, 3, 4], [2, 2], "int32").add(tf.tensor([5, 6], [2], "int32")),
    tf.tensor([1, 2, 3, 4], [2, 2], "int32").sum(0),
  ],
};

function convolutionGradients(
  pad: "same" | "valid",
  image: [number, number, number, number],
  filter: [number, number, number, number],
  stride: number,
): Record<string, () => tf.Tensor[]> {
  const x = tensor(...image) as tf.Tensor4D;
  const w = tensor(...filter) as tf.Tensor4D;
  const y = tf.conv2d(x, w, stride, pad);
  const dy = tensor(...y.shape);
  const both = tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad));
  const name = `convolution ${pad} of ${image} with ${filter}, stride ${stride}`;
  return { [name]: () => both([x, w], dy) };
}

function arithmetic(left: number[], right: number[]): Record<string, () => tf.Tensor[]> {
  const a = tensor(...left);
  const b = tensor(...right);
  return { [`[${left}] with [${right}]`]: () => [a.add(b), a.sub(b), a.mul(b), a.div(b)] };
}

function reductions(shape: number[], axes: number[][]): Record<string, () => tf.Tensor[]> {
  const x = tensor(...shape);
  return Object.fromEntries(axes.map((axis) => [
    `sums of [${shape}] over [${axis}]`,
    () => [x.sum(axis), x.mean(axis), x.sum(axis, true), x.mean(axis, true)],
  ]));
}

const compute = () =>
  Object.entries(computations).map(([name, run]) => ({
    name,
    tensors: run().map((y) => ({ shape: y.shape, dtype: y.dtype, values: [...y.dataSync()] })),
  }));
const stock = compute();
useFastCpuKernels();
const fast = compute();

for (const [i, { name, tensors }] of stock.entries()) {
  Deno.test(`the faster kernels compute as TensorFlow.js' own: ${name}`, () => {
    for (const [j, { shape, dtype, values }] of tensors.entries()) {
      const got = fast[i].tensors[j];
      assert.deepEqual([got.shape, got.dtype], [shape, dtype]);
      assert.equal(got.values.length, values.length);
      const largest = Math.max(1, ...values.map(Math.abs));
      values.forEach((value, k) => assert.ok(Math.abs(got.values[k] - value) <= 2e-6 * largest));
    }
  });
}
