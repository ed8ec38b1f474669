import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { LabelledImages } from "../data/labelled_images.ts";
import { loadTrainingData } from "../digits/training_data.ts";
import { useFastCpuKernels } from "../training/fast_cpu_kernels.ts";
import { crossEntropy, oneHot } from "../training/cross_entropy.ts";
import { imageTensor } from "../training/evaluate.ts";
import { miniCnn, normNames } from "../training/mini_cnn.ts";
import { normForTraining } from "../training/norm_layers.ts";
import { fixStatistics } from "./fix_statistics.ts";
import { quickFederated } from "./settings.ts";
import { trainFederated } from "./train.ts";

tf.enableProdMode();
await tf.setBackend("cpu");
useFastCpuKernels();

const digits = await loadTrainingData({ holdOut: false });
const first = (images: LabelledImages, count: number): LabelledImages => ({
  ...images,
  labels: images.labels.subarray(0, count),
  pixels: images.pixels.subarray(0, count * 64),
  count,
});
const data = { train: digits.train, test: first(digits.test, 50) };

Deno.test("the same arguments give the same numbers, and no tensor is left behind", async () => {
  const settings = { ...quickFederated, rounds: 2, samples: 8 };
  const before = tf.memory().numTensors;
  const train = () => trainFederated(data, { method: "batch norm, fixed", seed: 0 }, settings);
  const first = await train();
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual((await train()).rounds, first.rounds);
});

Deno.test("fixed statistics stay and normalise, while scales and shifts go on learning", async () => {
  const makeNorm = normForTraining("batch norm", { ...quickFederated, momentum: 0.1 }, 10);
  const model = miniCnn(8, makeNorm, 0);
  model.compile({ optimizer: tf.train.sgd(0.1), loss: crossEntropy });
  fixStatistics(model);
  const weightsOf = () =>
    normNames.map((name) => model.getLayer(name).weights.map((weight) => weight.read().dataSync()));
  const before = weightsOf();
  const x = imageTensor(data.train, [0, 1, 2, 3]);
  const y = oneHot([0, 1, 2, 3]);
  const expected = crossEntropy(y, model.predict(x) as tf.Tensor).dataSync()[0];
  const loss = await model.trainOnBatch(x, y) as number;
  assert.ok(Math.abs(loss - expected) < 1e-5, "in training it normalises as in inference");
  const after = weightsOf();
  normNames.forEach((_, norm) => {
    const [gamma, beta, mean, variance] = after[norm];
    assert.notDeepEqual([gamma, beta], before[norm].slice(0, 2));
    assert.deepEqual([mean, variance], before[norm].slice(2));
  });
});
