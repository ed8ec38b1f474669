import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { defaultTraining } from "../digits/settings.ts";
import { miniCnn } from "./mini_cnn.ts";
import { normForTraining } from "./norm_layers.ts";
import { norms } from "./norms.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

Deno.test("miniCnn() has the notebook's layers and as many parameters", () => {
  const model = miniCnn(8, normForTraining("batch norm", defaultTraining, 100), 0);
  assert.deepEqual(model.layers.map(({ name, outputShape }) => [name, outputShape]), [
    ["conv1", [null, 8, 8, 16]],
    ["norm1", [null, 8, 8, 16]],
    ["relu1", [null, 8, 8, 16]],
    ["conv2", [null, 8, 8, 32]],
    ["norm2", [null, 8, 8, 32]],
    ["relu2", [null, 8, 8, 32]],
    ["mean", [null, 32]],
    ["classes", [null, 10]],
  ]);
  const learned = model.trainableWeights.reduce(
    (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
    0,
  );
  // golden/minicnn_batch2.json has as many: 9·16 + 9·16·32 + 2·(16 + 32) + 32·10 + 10.
  assert.equal(learned, 5178);
  model.dispose();
});

Deno.test("miniCnn() takes larger images to about the size of the notebook's", () => {
  for (const [size, taken] of [[7, 7], [13, 13], [14, 7], [16, 8], [28, 7]]) {
    const model = miniCnn(size, normForTraining("batch norm", defaultTraining, 100), 0);
    assert.deepEqual(model.getLayer("conv1").outputShape, [null, taken, taken, 16]);
    model.dispose();
  }
});

Deno.test("a seed gives every norm the same start, another seed another", () => {
  const start = (norm: (typeof norms)[number], seed: number) => {
    const model = miniCnn(8, normForTraining(norm, defaultTraining, 100), seed);
    const kernels = ["conv1", "conv2", "classes"].map((name) => [
      ...model.getLayer(name).getWeights()[0].dataSync(),
    ]);
    model.dispose();
    return kernels;
  };
  const expected = start("batch norm", 4);
  for (const norm of norms) assert.deepEqual(start(norm, 4), expected);
  assert.notDeepEqual(start("batch norm", 5), expected);
  const squares = expected[1].reduce((sum, value) => sum + value * value, 0);
  // The variance of He et al.: 2 / inputs.
  assert.ok(Math.abs(squares / expected[1].length * (9 * 16) / 2 - 1) < 0.1);
});
