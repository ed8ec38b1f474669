/** Recalibration on the webgpu backend, and the fused steps after it. */
import assert from "node:assert/strict";
import "@tensorflow/tfjs-backend-webgpu";
import { BatchNorm2d, moments } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("webgpu");
await tf.ready();
const { batchNormalization, recalibrate } = renormLayers(tf);

const [channels, momentum, epsilon] = [3, 0.9, 1e-3];
const data = randomTensor([10, 9, 9, channels], seededRandom(2), { shift: 30, scale: 2 });
const x = tf.tensor4d(data.data, [10, 9, 9, channels]);

Deno.test("recalibrated statistics are the pooled ones on webgpu, and the next fused step moves from them", async () => {
  const model = tf.sequential({
    layers: [
      batchNormalization({ inputShape: [9, 9, channels], momentum, epsilon, name: "norm" }),
      tf.layers.conv2d({ filters: 2, kernelSize: 3 }),
      tf.layers.batchNormalization({ name: "stock" }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
  const batches = tf.split(x, [4, 1, 5]) as tf.Tensor[];
  const options = { normalizeBy: "running", passes: 2 } as const;
  await recalibrate(model, batches, options);
  const [tensors, buffers] = [tf.memory().numTensors, tf.memory().numBytes];
  await recalibrate(model, batches, options);
  assert.deepEqual([tf.memory().numTensors, tf.memory().numBytes], [tensors, buffers]);

  const read = () =>
    Promise.all(model.getLayer("norm").getWeights().slice(-2).map((weight) => weight.data()));
  const { mean, variance } = moments(data, { layout: "channels-last" });
  const near = (values: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) =>
    Array.from(values).forEach((value, c) => {
      const error = Math.abs(value / expected[c] - 1);
      assert.ok(error <= tolerance, `[${c}]: ${value}, expected ${expected[c]}`);
    });
  const [runningMean, runningVar] = await read();
  near(runningMean, mean, 1e-6);
  near(runningVar, variance, 1e-6);

  const layout = "channels-last";
  const reference = new BatchNorm2d(channels, { momentum: 0.1, runningVariance: "biased", layout });
  reference.loadStateDict({ ...reference.stateDict(), running_mean: mean, running_var: variance });
  reference.forward({ data: data.data.slice(0, 4 * 81 * channels), shape: [4, 9, 9, channels] });
  await model.trainOnBatch(batches[0], tf.zeros([4, 7, 7, 2]));
  const [movedMean, movedVariance] = await read();
  near(movedMean, reference.runningMean!, 2e-6);
  near(movedVariance, reference.runningVar!, 1e-5);
});
