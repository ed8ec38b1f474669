import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchRenormalization } = renormLayers(tf);

/** Mean and biased variance of each of 3 channels, in float64. */
function momentsOf(data: Float32Array): { mean: number[]; variance: number[] } {
  const channels = [0, 1, 2].map((c) => [...data].filter((_, i) => i % 3 === c));
  const mean = channels.map((values) => values.reduce((sum, v) => sum + v, 0) / values.length);
  const variance = channels.map((values, c) =>
    values.reduce((sum, v) => sum + (v - mean[c]) ** 2, 0) / values.length
  );
  return { mean, variance };
}

/** The averages of a new layer after a step on x, and y. */
function stepOn(data: Float32Array, momentum: number, averages?: number[][]) {
  const layer = batchRenormalization({ momentum, epsilon: 1e-12, rmax: 1, dmax: 0, fused: false });
  layer.build([null, 3]);
  if (averages) layer.setWeights([[1, 1, 1], [0, 0, 0], ...averages].map((v) => tf.tensor(v)));
  const y = layer.call(tf.tensor(data, [data.length / 3, 3]), { training: true }) as tf.Tensor;
  const [, , mean, variance] = layer.getWeights().map((weight) => weight.dataSync());
  return { y: y.dataSync(), mean, variance };
}

for (const { shift, scale } of [{ shift: 0, scale: 1e-4 }, { shift: 1000, scale: 0.01 }]) {
  Deno.test(`momentum 0 gives the batch's own statistics, of ${shift} ± ${scale}`, () => {
    const { data } = randomTensor([60, 3], seededRandom(3), { shift, scale });
    const expected = momentsOf(data);
    const { y, mean, variance } = stepOn(data, 0);
    const close = (value: number, wanted: number, allowed: number) =>
      assert.ok(Math.abs(value - wanted) <= allowed, `${value}, expected ${wanted}`);
    expected.mean.forEach((wanted, c) => {
      const size = Math.abs(wanted) + Math.sqrt(expected.variance[c]);
      close(mean[c], wanted, size * 2 ** -21);
    });
    expected.variance.forEach((wanted, c) => close(variance[c], wanted, wanted * 2 ** -21));
    data.forEach((value, i) => {
      const [m, v] = [expected.mean[i % 3], expected.variance[i % 3]];
      close(y[i], (value - m) / Math.sqrt(v + 1e-12), 1e-5);
    });
  });
}

Deno.test("open limits give what inference gives, of 1000 ± 0.01", () => {
  const { data } = randomTensor([60, 3], seededRandom(6), { shift: 1000, scale: 0.01 });
  const limits = { rmax: 1e3, dmax: 1e3, warmupSteps: 0 };
  const layer = batchRenormalization({ epsilon: 1e-12, ...limits, fused: false });
  layer.build([null, 3]);
  const [mean, variance] = [[1000, 1000, 1000], [1e-4, 1e-4, 1e-4]];
  layer.setWeights([[1, 1, 1], [0, 0, 0], mean, variance].map((v) => tf.tensor(v)));
  const y = layer.call(tf.tensor(data, [60, 3]), { training: true }) as tf.Tensor;
  for (const [i, value] of y.dataSync().entries()) {
    const wanted = (data[i] - 1000) / Math.sqrt(1e-4 + 1e-12);
    assert.ok(Math.abs(value - wanted) <= 1e-5, `${value}, expected ${wanted}`);
  }
});

Deno.test("averages that agree with the batch stay as they are, whatever the momentum", () => {
  const { data } = randomTensor([9, 3], seededRandom(4), { shift: 0.3, scale: 1.7 });
  const { mean, variance } = stepOn(data, 0);
  for (const momentum of [0, 0.001, 0.1, 0.37, 0.5, 0.9, 0.99, 1]) {
    const after = stepOn(data, momentum, [[...mean], [...variance]]);
    assert.deepEqual([after.mean, after.variance], [mean, variance], `momentum ${momentum}`);
  }
});

Deno.test("a large old average leaves no digits in a small new one", () => {
  const { data } = randomTensor([9, 3], seededRandom(5), { scale: 1e-4 });
  const expected = momentsOf(data);
  const { mean, variance } = stepOn(data, 1e-7, [[1e4, -1e4, 1], [1e4, 1e4, 1]]);
  const [before, share] = [[1e4, -1e4, 1], 1e-7];
  expected.mean.forEach((wanted, c) => {
    const exact = share * before[c] + (1 - share) * wanted;
    assert.ok(Math.abs(mean[c] - exact) < 1e-6 * Math.abs(exact) + 1e-10, `${mean[c]}, ${exact}`);
  });
  expected.variance.forEach((wanted, c) => {
    const exact = share * Math.abs(before[c]) + (1 - share) * wanted;
    assert.ok(Math.abs(variance[c] / exact - 1) < 1e-6, `${variance[c]}, ${exact}`);
  });
});
