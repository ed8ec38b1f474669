/** Times `fit` steps of the notebook's MiniCNN on this process's adapter; one JSON line. */
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { renormLayers } from "@renorm/tfjs";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";

/** The norms that are put into the net, `"none"` for the rest of it alone. */
export const contestants = ["tf.layers", "stock operations", "fused", "none"] as const;

/** Milliseconds of a `fit` step, a number a round, by the norm in the net. */
export type FitTimes = Readonly<Record<typeof contestants[number], readonly number[]>>;

const { batchRenormalization } = renormLayers(tf);
const makeNorm: Readonly<Record<typeof contestants[number], () => tf.layers.Layer>> = {
  "tf.layers": () => tf.layers.batchNormalization(),
  "stock operations": () => batchRenormalization({ warmupSteps: 5, fused: false }),
  fused: () => batchRenormalization({ warmupSteps: 5 }),
  none: () => tf.layers.activation({ activation: "linear" }),
};

function miniCnn(norm: () => tf.layers.Layer): tf.Sequential {
  const { conv2d, reLU, globalAveragePooling2d, dense } = tf.layers;
  const convolution = { kernelSize: 3, padding: "same", useBias: false } as const;
  const model = tf.sequential({
    layers: [
      conv2d({ ...convolution, filters: 16, inputShape: [28, 28, 1] }),
      norm(),
      reLU(),
      conv2d({ ...convolution, filters: 32 }),
      norm(),
      reLU(),
      globalAveragePooling2d({ dataFormat: "channelsLast" }),
      dense({ units: 10, activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.01), loss: "categoricalCrossentropy" });
  return model;
}

const [rounds, steps, batchSize] = JSON.parse(Deno.args[0]) as number[];
if (!await tf.setBackend("webgpu")) {
  throw new Error("TensorFlow.js expects an adapter for webgpu: got none");
}
const shape = [steps * batchSize, 28, 28, 1];
const x = tf.tensor(randomTensor(shape, seededRandom(1)).data, shape);
const labels = Array.from({ length: steps * batchSize }, (_, i) => i % 10);
const y = tf.tidy(() => tf.oneHot(labels, 10));
const models = contestants.map((name) => ({ name, model: miniCnn(makeNorm[name]) }));
const times = Object.fromEntries(contestants.map((name) => [name, [] as number[]]));
// The first round compiles the shaders and is not counted.
for (let round = 0; round <= rounds; round++) {
  for (const { name, model } of models) {
    const start = performance.now();
    await model.fit(x, y, { epochs: 1, batchSize, verbose: 0, shuffle: false });
    if (round > 0) times[name].push((performance.now() - start) / steps);
  }
}
console.log(JSON.stringify(times));
Deno.exit(0);
