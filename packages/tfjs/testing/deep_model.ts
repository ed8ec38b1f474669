/** A model with norms of all classes, and what its statistics should be. */
import assert from "node:assert/strict";
import { moments, type Tensor } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "../renorm_layers.ts";

const { batchNormalization, batchRenormalization } = renormLayers(tf);

/** How many samples there are. */
export const samples = 24;

/** What models are recalibrated over. */
export const data = randomTensor([samples, 5], seededRandom(3), { shift: 40, scale: 3 });

/** The same as a tensor. */
export const x = tf.tensor2d(data.data, [samples, 5]);

/** Three norms of three classes between dense layers, with statistics from elsewhere. */
export function deepModel(): tf.Sequential {
  const dense = (units: number, seed: number) =>
    tf.layers.dense({
      units,
      activation: "tanh",
      kernelInitializer: tf.initializers.glorotUniform({ seed }),
    });
  const model = tf.sequential();
  model.add(batchRenormalization({ inputShape: [5], name: "first", renormStep: 7 }));
  model.add(dense(4, 1));
  model.add(tf.layers.batchNormalization({ name: "second" }));
  model.add(dense(3, 2));
  model.add(tf.layers.dropout({ rate: 0.5 }));
  model.add(batchNormalization({ name: "third" }));
  const random = seededRandom(4);
  for (const name of ["first", "second", "third"]) {
    const layer = model.getLayer(name);
    const channels = layer.weights[0].shape as number[];
    const vector = (shift: number, scale: number) =>
      tf.tensor1d(randomTensor(channels, random, { shift, scale }).data);
    layer.setWeights([vector(1, 0.3), vector(0, 1), vector(0, 1), vector(20, 1)]);
  }
  model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
  return model;
}

/** The batches of some sizes. */
export function cutAt(sizes: readonly number[]): tf.Tensor[] {
  return tf.split(x, [...sizes]) as tf.Tensor[];
}

/** Moving mean and variance of a norm. */
export const statisticsOf = (model: tf.LayersModel, name: string) =>
  model.getLayer(name).getWeights().slice(-2).map((weight) => weight.dataSync());

/** Asserts 1e-6 of the deviation for means, of the variance for variances. */
export function assertPooled(model: tf.LayersModel, name: string, input: Tensor) {
  const { mean, variance } = moments(input, { layout: "channels-last" });
  const [runningMean, runningVar] = statisticsOf(model, name);
  for (let c = 0; c < mean.length; c++) {
    const unit = Math.max(Math.sqrt(variance[c]), Math.abs(mean[c]));
    const text = `${name}[${c}]: ${runningMean[c]} and ${runningVar[c]}, expected ${mean[c]} and ` +
      `${variance[c]}`;
    assert.ok(Math.abs(runningMean[c] - mean[c]) <= 1e-6 * unit, text);
    assert.ok(Math.abs(runningVar[c] - variance[c]) <= 1e-6 * variance[c], text);
  }
}

/** What a norm is given in inference. */
export function inputOf(model: tf.LayersModel, name: string): Tensor {
  return tf.tidy(() => {
    const { input } = model.getLayer(name);
    const output = tf.model({ inputs: model.inputs, outputs: input as tf.SymbolicTensor });
    const before = output.predict(x) as tf.Tensor;
    return { data: before.dataSync<"float32">(), shape: before.shape };
  });
}

/** A tensor of TensorFlow.js as core-math takes it. */
export function dataOf(tensor: tf.Tensor): Tensor {
  return { data: tensor.dataSync<"float32">(), shape: tensor.shape };
}
