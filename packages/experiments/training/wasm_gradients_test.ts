import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "./wasm_backend.ts";

tf.enableProdMode();
const random = seededRandom(1);
const tensors = [[2, 3, 4, 6], [1, 1, 6, 5], [3, 3, 5, 1], [2, 3, 4, 5]].map((shape) => ({
  values: [...randomTensor(shape, random).data],
  shape,
}));

/** The gradients of a 1 × 1 convolution and a depthwise one behind it, on a backend. */
async function gradients(backend: string): Promise<number[][]> {
  await tf.setBackend(backend);
  const [x, pointwise, depthwise, dy] = tensors.map(({ values, shape }) =>
    tf.tensor4d(values, shape as [number, number, number, number])
  );
  const network = (x: tf.Tensor, pointwise: tf.Tensor, depthwise: tf.Tensor) => {
    const y = tf.conv2d(x as tf.Tensor4D, pointwise as tf.Tensor4D, 1, "same");
    return tf.depthwiseConv2d(y, depthwise as tf.Tensor4D, 1, "same").mul(dy).sum();
  };
  return tf.grads(network)([x, pointwise, depthwise]).map((gradient) => [...gradient.dataSync()]);
}

Deno.test("the gradients of convolutions on wasm are those of the cpu backend", async () => {
  await useWasmBackend();
  const expected = await gradients("cpu");
  const got = await gradients("wasm");
  expected.forEach((values, i) =>
    values.forEach((value, k) => assert.ok(Math.abs(got[i][k] - value) < 1e-5))
  );
});

Deno.test("a convolution whose gradient is not there is refused", async () => {
  await useWasmBackend();
  const x = tf.ones<tf.Rank.R4>([1, 4, 4, 2]);
  const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 2]);
  const loss = (filter: tf.Tensor) => tf.conv2d(x, filter as tf.Tensor4D, 1, "same").sum();
  assert.throws(
    () => tf.grad(loss)(filter),
    /^TypeError: Conv2DBackpropFilter expects stride 1, a 1 × 1 filter: got \{/,
  );
});
