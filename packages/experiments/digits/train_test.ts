import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { TrainingData } from "../data/labelled_images.ts";
import { useFastCpuKernels } from "../training/fast_cpu_kernels.ts";
import { type Norm, norms } from "../training/norms.ts";
import { loadTrainingData } from "./training_data.ts";
import { defaultTraining, type Run, type TrainingSettings } from "./settings.ts";
import { train } from "./train.ts";

tf.enableProdMode();
await tf.setBackend("cpu");
useFastCpuKernels();

const digits = await loadTrainingData(defaultTraining);
/** A part of the digits, for speed. */
const few: TrainingData = {
  train: {
    ...digits.train,
    labels: digits.train.labels.subarray(0, 240),
    pixels: digits.train.pixels.subarray(0, 240 * 64),
    count: 240,
  },
  test: {
    ...digits.test,
    labels: digits.test.labels.subarray(0, 80),
    pixels: digits.test.pixels.subarray(0, 80 * 64),
    count: 80,
  },
};
const settings: TrainingSettings = { ...defaultTraining, epochs: 2 };
const runOf = (norm: Norm): Run => ({ norm, batchSize: 4, drawing: "at random", seed: 0 });

for (const norm of norms) {
  Deno.test(`two epochs with ${norm} lower the loss and leave none of our tensors behind`, async () => {
    const before = tf.memory().numTensors;
    const { epochs } = await train(few, runOf(norm), settings);
    // TensorFlow.js' momentum optimizer never frees its learning rate.
    assert.equal(tf.memory().numTensors, before + 1);
    assert.equal(epochs.length, 2);
    assert.ok(epochs[0].trainingLoss < 2.6);
    assert.ok(epochs[1].trainingLoss < epochs[0].trainingLoss - 0.05);
    for (const { evalMode, trainingMode, disagreement } of epochs) {
      for (const { loss, accuracy } of [evalMode, trainingMode]) {
        assert.ok(loss > 0 && Number.isFinite(loss));
        assert.ok(accuracy >= 0 && accuracy <= 1);
      }
      if (norm === "group norm" || norm === "frozen batch norm") assert.equal(disagreement, 0);
    }
  });
}

Deno.test("a run gives the same numbers again", async () => {
  const [first, second] = [
    await train(few, runOf("batch renorm"), settings),
    await train(few, runOf("batch renorm"), settings),
  ];
  assert.deepEqual(second.epochs, first.epochs);
});

Deno.test("looking at a network does not change how it learns on", async () => {
  const test = { ...few.test, labels: few.test.labels.subarray(0, 16), count: 16 };
  const small = await train({ ...few, test }, runOf("batch renorm"), settings);
  const large = await train(few, runOf("batch renorm"), settings);
  assert.deepEqual(
    small.epochs.map(({ trainingLoss }) => trainingLoss),
    large.epochs.map(({ trainingLoss }) => trainingLoss),
  );
});

Deno.test("with limits 1 and 0 batch renorm is batch norm", async () => {
  const closed = { ...settings, limits: { rmax: 1, dmax: 0 } };
  const renorm = await train(few, runOf("batch renorm"), closed);
  const norm = await train(few, runOf("batch norm"), closed);
  assert.deepEqual(renorm.epochs, norm.epochs);
});

Deno.test("with open limits batch renorm reads the same in training mode and in eval mode", async () => {
  const open = { ...settings, limits: { rmax: 1e6, dmax: 1e6 }, warmupShare: 0.1 };
  const { epochs } = await train(few, runOf("batch renorm"), open);
  for (const { disagreement, corrections } of epochs) {
    assert.equal(disagreement, 0);
    assert.equal(corrections.length, 2);
    for (const { r, d } of corrections) {
      assert.equal(r.clipped + d.clipped, 0);
      assert.ok(r.low < r.median && r.median < r.high && d.low < 0 && d.high > 0);
    }
  }
});
