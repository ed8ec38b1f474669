import assert from "node:assert/strict";
import { renormLayers } from "@renorm/tfjs";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../training/wasm_backend.ts";
import { classes, featuresOf, loadImages } from "./features.ts";
import { fineTune } from "./fine_tune.ts";
import { loadPretrained } from "./pretrained.ts";
import { norms, quickSettings, type Run } from "./settings.ts";

tf.enableProdMode();
await useWasmBackend();

const settings = { ...quickSettings, testObjects: 4, testObjectsByTheWay: 2 };
const run: Run = { norm: "batch renorm", batchSize: 4, order: "object by object", seed: 0 };
const { frozen, thawed } = await loadPretrained(settings.size, settings.lastFrozen, classes);
const features = featuresOf(frozen, await loadImages(settings), run, settings);

Deno.test("the thawed part has four norms, and the two parts are the network", async () => {
  const { frozen: short, thawed: long } = await loadPretrained(64, "block_14_add", classes);
  const normsOf = ({ layers }: tf.LayersModel) =>
    layers.filter((layer) => layer.getClassName() === "BatchNormalization").length;
  assert.deepEqual([normsOf(frozen), normsOf(thawed)], [48, 4]);
  assert.deepEqual([normsOf(short), normsOf(long)], [45, 7]);
  // Four kernels, four norms of two vectors each, kernel and bias of the head.
  assert.equal(thawed.trainableWeights.length, 4 + 4 * 2 + 2);
  // The same network cut elsewhere, through a block with an addition.
  const head = thawed.getLayer("head").getWeights();
  long.getLayer("head").setWeights(head);
  const x = tf.randomUniform([2, 64, 64, 3], 0, 1, "float32", 5);
  const [a, b] = [[frozen, thawed], [short, long]].map(([first, then]) =>
    (then.predict(first.predict(x)) as tf.Tensor).dataSync()
  );
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-4));
});

Deno.test("the same seed gives the same numbers, each norm others, and no tensor stays", async () => {
  const results = [];
  for (const norm of norms) {
    results.push(await fineTune(thawed, features, { ...run, norm }, settings));
  }
  assert.equal(new Set(results.map(({ trainingLoss }) => trainingLoss)).size, norms.length);
  const tensors = tf.memory().numTensors;
  const { seconds: _, ...again } = await fineTune(thawed, features, run, settings);
  assert.equal(tf.memory().numTensors, tensors);
  const { seconds: __, ...before } = results[norms.indexOf(run.norm)];
  assert.deepEqual(again, before);
  assert.deepEqual(results.map(({ recalibrated }) => recalibrated !== undefined), [
    false,
    true,
    false,
  ]);
});

Deno.test("frozen norms learn the views that were shown", async () => {
  const shown = { train: features.train, test: features.train };
  const longer = { ...run, norm: "frozen batch norm", order: "at random", batchSize: 2 } as const;
  const learn = (tunedRate: number) => fineTune(thawed, shown, { ...longer, tunedRate }, settings);
  const untrained = await learn(0);
  const trained = await learn(1e-3);
  assert.ok(trained.trainingLoss < untrained.trainingLoss - 0.2);
  assert.ok(trained.accuracy >= untrained.accuracy + 0.1);
});

Deno.test("batch renorm whose limits never open is TensorFlow.js' own batch norm", async () => {
  const { convertToBatchRenorm } = renormLayers(tf);
  const closed = await convertToBatchRenorm(thawed, { rmax: 1, dmax: 0, momentum: 0.999 });
  const own = await renormLayers(tf).convertToBatchNorm(closed.model);
  const x = features.train.x.slice(0, 4);
  const [a, b] = [closed.model, own.model].map((model) => {
    const y = (model.apply(x, { training: true }) as tf.Tensor).dataSync();
    const moved = model.getLayer("Conv_1_bn").getWeights().map((weight) => weight.dataSync());
    return [y, ...moved];
  });
  a.forEach((values, i) =>
    values.forEach((value, k) =>
      assert.ok(Math.abs(value - b[i][k]) < 1e-4 * (1 + Math.abs(value)))
    )
  );
});
