import assert from "node:assert/strict";
import { randomTensor, randomValues, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { groupNormalization } from "./group_normalization.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

const shape = [3, 2, 5, 6];
const [count, height, width, channels] = shape;
const groupSize = 3;
const epsilon = 1e-3;

/** Group norm by its definition, in float64. */
function direct(x: ArrayLike<number>, gamma: number[], beta: number[]): number[] {
  const y = new Array<number>(x.length);
  for (let n = 0; n < count; n++) {
    for (let first = 0; first < channels; first += groupSize) {
      const places: number[] = [];
      for (let pixel = 0; pixel < height * width; pixel++) {
        for (let c = first; c < first + groupSize; c++) {
          places.push((n * height * width + pixel) * channels + c);
        }
      }
      const mean = places.reduce((sum, i) => sum + x[i], 0) / places.length;
      const variance = places.reduce((sum, i) => sum + (x[i] - mean) ** 2, 0) / places.length;
      for (const i of places) {
        const c = i % channels;
        y[i] = (x[i] - mean) / Math.sqrt(variance + epsilon) * gamma[c] + beta[c];
      }
    }
  }
  return y;
}

Deno.test("groupNormalization() is group norm by its definition, in training and in eval", () => {
  const random = seededRandom(1);
  const x = randomTensor(shape, random, { scale: 2, shift: 3 });
  const gamma = randomValues(channels, random);
  const beta = randomValues(channels, random);
  const layer = groupNormalization({ groupSize, epsilon });
  const model = tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: shape.slice(1) }), layer],
  });
  layer.setWeights([tf.tensor1d(gamma), tf.tensor1d(beta)]);
  const expected = direct(x.data, gamma, beta);
  for (const training of [true, false]) {
    const y = model.apply(tf.tensor(x.data, shape), { training }) as tf.Tensor;
    y.dataSync().forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5));
  }
  model.dispose();
});

Deno.test("the gradient through groupNormalization() is that of its definition", () => {
  const random = seededRandom(2);
  const x = randomTensor(shape, random);
  const gamma = randomValues(channels, random);
  const beta = randomValues(channels, random);
  const dy = randomValues(x.data.length, random);
  const layer = groupNormalization({ groupSize, epsilon });
  layer.build(shape);
  layer.setWeights([tf.tensor1d(gamma), tf.tensor1d(beta)]);
  const loss = (x: tf.Tensor) => (layer.apply(x) as tf.Tensor).mul(tf.tensor(dy, shape)).sum();
  const dx = tf.grad(loss)(tf.tensor(x.data, shape)).dataSync();
  const lossAt = (values: Float64Array) =>
    direct(values, gamma, beta).reduce((sum, y, i) => sum + y * dy[i], 0);
  const step = 1e-5;
  for (const i of [0, 7, 50, 101, x.data.length - 1]) {
    const moved = [step, -step].map((change) => {
      const values = Float64Array.from(x.data);
      values[i] += change;
      return lossAt(values);
    });
    assert.ok(Math.abs(dx[i] - (moved[0] - moved[1]) / (2 * step)) < 1e-4);
  }
});

Deno.test("groupNormalization() refuses a group size that does not divide the channels", () => {
  assert.throws(
    () => groupNormalization({ groupSize: 4 }).build(shape),
    /^RangeError: groupNormalization expects groupSize to divide the 6 channels: got 4$/,
  );
});
