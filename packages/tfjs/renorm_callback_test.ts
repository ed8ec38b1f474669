import assert from "node:assert/strict";
import { linearWarmup, stepAfter } from "@renorm/schedule";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchRenormalization, convertToBatchRenorm, renormCallback } = renormLayers(tf);
const kernelInitializer = tf.initializers.glorotUniform({ seed: 2 });

function compiledModel(config = {}): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [3], units: 4, kernelInitializer }),
      batchRenormalization({ name: "renorm", ...config }),
      tf.layers.dense({ units: 2, activation: "softmax", kernelInitializer }),
    ],
  });
  model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

const x = tf.randomNormal([8, 3], 1, 2, "float32", 5);
const y = tf.oneHot(tf.tensor1d([0, 1, 0, 1, 1, 1, 0, 0], "int32"), 2);
const fitting = { epochs: 2, batchSize: 2, shuffle: false, verbose: 0 } as const;

Deno.test("fit writes the limits of each epoch into its history", async () => {
  const schedule = linearWarmup({ rmax: 3, dmax: 4, warmupSteps: 8 });
  const callback = renormCallback({ schedule });
  const { history } = await compiledModel().fit(x, y, { ...fitting, callbacks: callback });
  assert.deepEqual([history.rmax, history.dmax, history.renormStep], [[2, 3], [2, 4], [4, 8]]);
});

Deno.test("a converted model is saved, and trains on in a fresh process from the same step", async () => {
  const plain = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [3], units: 4, kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 2, activation: "softmax", kernelInitializer }),
    ],
  });
  plain.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
  const { model } = await convertToBatchRenorm(plain);
  const schedule = stepAfter(100, { rmax: 2, dmax: 1 });
  await model.fit(x, y, { ...fitting, callbacks: renormCallback({ schedule }) });
  const folder = await Deno.makeTempDir();
  try {
    let artifacts: tf.io.ModelArtifacts | null = null;
    await model.save(tf.io.withSaveHandler((saved) => {
      artifacts = saved;
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) });
    }));
    const { weightData, ...rest } = artifacts! as tf.io.ModelArtifacts;
    await Deno.writeTextFile(`${folder}/model.json`, JSON.stringify(rest));
    await Deno.writeFile(`${folder}/weights.bin`, new Uint8Array(weightData as ArrayBuffer));
    const script = `
      import * as tf from "@tensorflow/tfjs";
      import { renormLayers } from "@renorm/tfjs";
      const { renormCallback } = renormLayers(tf);
      const rest = JSON.parse(await Deno.readTextFile(${JSON.stringify(`${folder}/model.json`)}));
      const weightData = (await Deno.readFile(${JSON.stringify(`${folder}/weights.bin`)})).buffer;
      const model = await tf.loadLayersModel(tf.io.fromMemory({ ...rest, weightData }));
      model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
      const before = model.layers[1].renormStep;
      const { history } = await model.fit(tf.ones([4, 3]), tf.ones([4, 2]), {
        batchSize: 2,
        verbose: 0,
        callbacks: renormCallback(),
      });
      console.log(JSON.stringify({ before, schedule: model.layers[1].schedule, history }));
    `;
    // Within the workspace, so that the imports are those of the repository.
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", script],
      cwd: new URL(".", import.meta.url),
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const printed = new TextDecoder().decode(stdout).split("\n").find((line) =>
      line.startsWith("{")
    );
    const { before, schedule: restored, history } = JSON.parse(printed!);
    assert.equal(before, 8);
    assert.deepEqual(restored, schedule);
    assert.deepEqual(history.renormStep, [10]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a checkpoint of batch norm loads strictly, by name", async () => {
  const plain = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [3], units: 4, kernelInitializer }),
      tf.layers.batchNormalization({ name: "bn" }),
    ],
  });
  const { model } = await convertToBatchRenorm(plain);
  const names = (model: tf.LayersModel) => model.weights.map(({ originalName }) => originalName);
  assert.deepEqual(names(model), names(plain));
});

Deno.test("on a model without batch renorm the callback does nothing, and says so once", async () => {
  const plain = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [3], units: 2, kernelInitializer })],
  });
  plain.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const said: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => said.push(text);
  try {
    for (const list of [[renormCallback()], [{ onEpochEnd() {} }, renormCallback()]]) {
      const callbacks = list as tf.CustomCallbackArgs[];
      const { history } = await plain.fit(x, y, { ...fitting, callbacks });
      assert.deepEqual(Object.keys(history), ["loss"]);
    }
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(said, [
    "renormCallback: the model has no batch renorm layers, so nothing is logged",
  ]);
});

Deno.test("options of the callback that are unknown or none are refused", () => {
  const wrong: [unknown, RegExp][] = [
    [{ rmax: 3 }, /^TypeError: renormCallback expects options among schedule: got "rmax"$/],
    [null, /^TypeError: renormCallback expects options to be an object: got null$/],
    [[], /^TypeError: renormCallback expects options to be an object/],
    [{ schedule: null }, /^TypeError: renormCallback expects an object with rmax, dmax: got null$/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => renormCallback(options as object), message);
  }
});

const neighbours: Record<string, (heard: () => void) => unknown[]> = {
  "alone": () => [renormCallback({ schedule: stepAfter(6, { rmax: 2, dmax: 1 }) })],
  "behind a plain object": (heard) => [{ onEpochEnd: heard }, ...neighbours.alone(heard)],
  "between plain objects": (heard) => [...neighbours["behind a plain object"](heard), {}],
  "behind a callback of TensorFlow.js": (heard) => [
    new tf.CustomCallback({ onEpochEnd: heard }),
    ...neighbours.alone(heard),
  ],
  "before one": (heard) => [
    ...neighbours.alone(heard),
    new tf.CustomCallback({ onEpochEnd: heard }),
    tf.callbacks.earlyStopping({ monitor: "loss", patience: 9 }),
  ],
};
for (const [name, make] of Object.entries(neighbours)) {
  Deno.test(`the callback sets the schedule before the first step and logs it: ${name}`, async () => {
    let epochs = 0;
    const callbacks = make(() => void epochs++) as tf.CustomCallbackArgs[];
    const model = compiledModel();
    const { history } = await model.fit(x, y, { ...fitting, callbacks });
    assert.deepEqual([history.rmax, history.dmax, history.renormStep], [[1, 2], [0, 1], [4, 8]]);
    assert.equal(epochs, name === "alone" ? 0 : 2);
    // The callback serves another model as well, and this one no more.
    const other = compiledModel({ warmupSteps: 8 });
    const again = await other.fit(x, y, { ...fitting, callbacks });
    assert.deepEqual(again.history.renormStep, [4, 8]);
    assert.deepEqual(again.history.rmax, [1, 2]);
  });
}

Deno.test("frozen layers are logged behind a plain object too, where none moves", async () => {
  const model = compiledModel({ trainable: false, warmupSteps: 0 });
  const callbacks = [{}, renormCallback()] as tf.CustomCallbackArgs[];
  const { history } = await model.fit(x, y, { ...fitting, callbacks });
  assert.deepEqual([history.rmax, history.renormStep], [[3, 3], [0, 0]]);
});

Deno.test("the log tells of a layer that moves, where another is frozen", async () => {
  const model = tf.sequential({
    layers: [
      batchRenormalization({ inputShape: [3], trainable: false }),
      batchRenormalization({ warmupSteps: 8 }),
      tf.layers.dense({ units: 2, activation: "softmax", kernelInitializer }),
    ],
  });
  model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
  const { history } = await model.fit(x, y, { ...fitting, callbacks: renormCallback() });
  assert.deepEqual(history.renormStep, [4, 8]);
});
