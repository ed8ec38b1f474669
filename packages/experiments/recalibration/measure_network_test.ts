import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { LabelledImages } from "../data/labelled_images.ts";
import { train } from "../digits/train.ts";
import { loadTrainingData } from "../digits/training_data.ts";
import { useFastCpuKernels } from "../training/fast_cpu_kernels.ts";
import { measureNetwork } from "./measure_network.ts";
import { trainingOf } from "./trainings.ts";

tf.enableProdMode();
await tf.setBackend("cpu");
useFastCpuKernels();

const { run, settings } = trainingOf({ training: "at random", seed: 0 }, { epochs: 2 });
const digits = await loadTrainingData(settings);
const first = (images: LabelledImages, count: number): LabelledImages => ({
  ...images,
  labels: images.labels.subarray(0, count),
  pixels: images.pixels.subarray(0, count * 64),
  count,
});
const few = { train: first(digits.train, 240), test: first(digits.test, 100) };

Deno.test("a network is measured before and after each recalibration, and is what it was in the end", async () => {
  let measured: Record<string, number> = {};
  const { epochs } = await train(
    few,
    run,
    { ...settings, momentum: 0.1 },
    undefined,
    async (model) => {
      const read = () => model.getWeights().map((weight) => weight.dataSync());
      const before = read();
      const tensors = tf.memory().numTensors;
      measured = await measureNetwork(model, few);
      assert.equal(tf.memory().numTensors, tensors);
      assert.deepEqual(read(), before);
    },
  );
  assert.equal(Object.keys(measured).length, 8);
  // The looks of the training keep images that were read right in the same way.
  assert.equal(measured["test images, before"], epochs.at(-1)!.evalMode.accuracy);
  const [lost, regained] = ["before", "all of them"].map((name) => measured[`dim images, ${name}`]);
  assert.ok(regained > lost + 0.1, `${lost} before, ${regained} after`);
});
