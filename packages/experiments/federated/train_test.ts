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
import { type Method, methods, quickFederated } from "./settings.ts";
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

const before = tf.memory().numTensors;
const runs = new Map<Method, Awaited<ReturnType<typeof trainFederated>>>();
for (const method of methods) {
  runs.set(method, await trainFederated(data, { method, seed: 0 }, quickFederated));
}
const lossesOf = (method: Method) =>
  runs.get(method)!.rounds.map(({ trainingLoss }) => trainingLoss);

Deno.test("federated training measures every few rounds, and leaves no tensor behind", () => {
  assert.equal(tf.memory().numTensors, before);
  for (const [method, { rounds, remeasured }] of runs) {
    assert.deepEqual(rounds.map(({ round }) => round), [2, 4]);
    const isPooled = /averaged|pooled/.test(method);
    assert.equal(remeasured !== null, isPooled, method);
    for (const { accuracy, ownAccuracy } of rounds) {
      assert.ok(accuracy >= 0 && accuracy <= 1 && ownAccuracy >= 0 && ownAccuracy <= 1);
    }
  }
});

Deno.test("what a server makes of batch norm's statistics does not change what is learned", () => {
  assert.deepEqual(lossesOf("batch norm, pooled"), lossesOf("batch norm, averaged"));
  // Until the statistics are fixed, which they are from the third round of four on.
  const [second, last] = lossesOf("batch norm, fixed");
  assert.equal(second, lossesOf("batch norm, pooled")[0]);
  assert.notEqual(last, lossesOf("batch norm, pooled")[1]);
  for (const method of ["batch norm, local", "batch renorm, pooled", "group norm"] as const) {
    assert.notEqual(lossesOf(method)[1], lossesOf("batch norm, pooled")[1], method);
  }
});

Deno.test("the same arguments give the same numbers", async () => {
  const method = "batch renorm, pooled";
  const again = await trainFederated(data, { method, seed: 0 }, quickFederated);
  assert.deepEqual(again.rounds, runs.get(method)!.rounds);
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
