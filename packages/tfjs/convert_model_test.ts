import assert from "node:assert/strict";
import { models, tf } from "../convert/testing/layers_models.ts";
import { renormLayers } from "./renorm_layers.ts";

const { batchNormalization, convertToBatchNorm, convertToBatchRenorm, freezeBatchNorm } =
  renormLayers(tf);
await tf.setBackend("cpu");

const dataOf = (tensors: tf.Tensor[]) => Promise.all(tensors.map((tensor) => tensor.data()));

for (const [name, make] of Object.entries(models)) {
  Deno.test(`a live model predicts the same bits converted, and back: ${name}`, async () => {
    const { model, inputShape } = make();
    const x = tf.randomNormal(inputShape, 0, 1, "float32", 3);
    const expected = await (model.predict(x) as tf.Tensor).data();
    const renormed = await convertToBatchRenorm(model, { rmax: 2, dmax: 1, warmupSteps: 10 });
    assert.deepEqual(await (renormed.model.predict(x) as tf.Tensor).data(), expected);
    const back = await convertToBatchNorm(renormed.model);
    assert.deepEqual(await (back.model.predict(x) as tf.Tensor).data(), expected);
    assert.deepEqual(back.model.toJSON(null, false), model.toJSON(null, false));
    assert.deepEqual(
      back.converted.map(({ path }) => path),
      renormed.converted.map(({ path }) => path),
    );
  });
}

Deno.test("the converted model is compiled as it was, and training it leaves the old one alone", async () => {
  const { model, inputShape } = models["axis 1"]();
  const optimizer = tf.train.adam(0.01);
  model.compile({ optimizer, loss: "meanSquaredError", metrics: ["mse"] });
  const { model: renormed } = await convertToBatchRenorm(model);
  assert.equal(renormed.optimizer, optimizer);
  assert.equal(renormed.loss, "meanSquaredError");
  assert.deepEqual(renormed.metricsNames, model.metricsNames);
  const before = await dataOf(model.getWeights());
  await renormed.fit(tf.ones(inputShape), tf.ones([inputShape[0], 4]), { verbose: 0 });
  assert.deepEqual(await dataOf(model.getWeights()), before);
});

Deno.test("layers that were frozen stay frozen, in nested models too", async () => {
  const { model } = models.nested();
  assert.deepEqual(freezeBatchNorm(model), ["block.inner"]);
  model.layers[2].trainable = false;
  const { model: renormed } = await convertToBatchRenorm(model);
  const trainable = renormed.trainableWeights.map(({ originalName }) => originalName);
  assert.equal(trainable.length, 1, String(trainable));
  assert.deepEqual(freezeBatchNorm(renormed, false), ["block.inner"]);
  assert.equal(renormed.trainableWeights.length, 3);
});

for (const which of ["the model", "a nested model"]) {
  Deno.test(`the weights are right where ${which} is frozen, and it stays frozen, and back`, async () => {
    const { model, inputShape } = models.nested();
    const frozenIn = (model: tf.LayersModel) => which === "the model" ? model : model.layers[0];
    frozenIn(model).trainable = false;
    const x = tf.randomNormal(inputShape, 0, 1, "float32", 3);
    const expected = await (model.predict(x) as tf.Tensor).data();
    const { model: renormed } = await convertToBatchRenorm(model);
    const { model: back } = await convertToBatchNorm(renormed);
    for (const converted of [renormed, back]) {
      assert.deepEqual(await (converted.predict(x) as tf.Tensor).data(), expected);
      assert.equal(frozenIn(converted).trainable, false);
      assert.equal(converted.trainableWeights.length, model.trainableWeights.length);
    }
  });
}

for (const optimizer of ["sgd", "adam", "rmsprop", "adagrad", "adadelta"]) {
  Deno.test(`a model that was compiled with "${optimizer}" goes on from its state, and dies alone`, async () => {
    const tensors = tf.memory().numTensors;
    const [x, y] = [tf.randomNormal([8, 3], 1, 2, "float32", 1), tf.zeros([8, 2])];
    const kernelInitializer = tf.initializers.glorotUniform({ seed: 2 });
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [3], units: 4, useBias: false, kernelInitializer }),
        tf.layers.batchNormalization(),
        tf.layers.dense({ units: 2, kernelInitializer }),
      ],
    });
    model.compile({ optimizer, loss: "meanSquaredError" });
    const fitting = { batchSize: 4, shuffle: false, verbose: 0 } as const;
    await model.fit(x, y, fitting);
    // Limits of 1 and 0: what trains on is the same batch norm.
    const limits = { rmax: 1, dmax: 0 };
    const { model: renormed } = await convertToBatchRenorm(model, limits);
    const { model: another } = await convertToBatchRenorm(model, limits);
    const { history: expected } = await model.fit(x, y, fitting);
    model.dispose();
    for (const converted of [renormed, another]) {
      const { history } = await converted.fit(x, y, fitting);
      const [loss, wanted] = [history.loss[0] as number, expected.loss[0] as number];
      assert.ok(Math.abs(loss - wanted) < 1e-5, `${loss}, expected ${wanted}`);
      converted.dispose();
    }
    tf.dispose([x, y]);
    assert.equal(tf.memory().numTensors, tensors);
  });
}

Deno.test("metadata of the user goes along", async () => {
  const { model } = models["axis 1"]();
  model.setUserDefinedMetadata({ labels: ["a", "b"] });
  const { model: renormed } = await convertToBatchRenorm(model);
  assert.deepEqual(renormed.getUserDefinedMetadata(), { labels: ["a", "b"] });
});

Deno.test("this package's own batch norm is converted too, without scale and with axis 1", async () => {
  const model = tf.sequential({
    layers: [batchNormalization({ inputShape: [3, 4, 4], axis: 1, scale: false })],
  });
  const x = tf.randomNormal([2, 3, 4, 4], 0, 1, "float32", 3);
  const expected = await (model.predict(x) as tf.Tensor).data();
  const { model: renormed } = await convertToBatchRenorm(model);
  assert.equal(renormed.layers[0].getClassName(), "BatchRenormalization");
  assert.deepEqual(await (renormed.predict(x) as tf.Tensor).data(), expected);
});

Deno.test("momentum is in Keras' sense, and the warm-up starts where it is told", async () => {
  const { model } = models["axis 1"]();
  const { model: renormed } = await convertToBatchRenorm(model, { momentum: 0.75, warmup: 40 });
  const config = renormed.layers[1].getConfig();
  assert.equal(config.momentum, 0.75);
  assert.equal(config.renormStep, 40);
  await assert.rejects(
    convertToBatchRenorm(model, { momentum: 2 }),
    /convertToBatchRenorm expects momentum to be a number in \[0, 1\]: got 2/,
  );
});

Deno.test("what is no model is refused", async () => {
  await assert.rejects(convertToBatchRenorm({} as tf.LayersModel), {
    name: "TypeError",
    message: "convertToBatchRenorm expects a tf.LayersModel: got Object",
  });
  const layer = tf.layers.reLU() as unknown as tf.LayersModel;
  assert.throws(
    () => freezeBatchNorm(layer),
    /^TypeError: freezeBatchNorm expects a tf.LayersModel/,
  );
});

Deno.test("fused: false goes to the layers and is saved with them; another kind is refused", async () => {
  const { model } = models["axis 1"]();
  const { model: renormed } = await convertToBatchRenorm(model, { fused: false });
  assert.match(JSON.stringify(renormed.toJSON(null, false)), /"fused":false/);
  await assert.rejects(
    convertToBatchRenorm(model, { fused: "no" as unknown as boolean }),
    /convertToBatchRenorm expects fused to be true or false: got "no"/,
  );
});

Deno.test("unknown options are refused, and the list has those that are known, and no other", async () => {
  const { model } = models["axis 1"]();
  const common = "momentum, filter, onUnsupported";
  const all = `rmax, dmax, warmupSteps, schedule, warmup, fused, onSingleValue, ${common}`;
  for (const wrong of ["rMax", "adapter"]) {
    const options = { [wrong]: 3 } as object;
    await assert.rejects(convertToBatchRenorm(model, options), {
      message: `convertToBatchRenorm expects options among ${all}: got "${wrong}"`,
    });
    await assert.rejects(convertToBatchNorm(model, options), {
      message: `convertToBatchNorm expects options among ${common}: got "${wrong}"`,
    });
  }
  await assert.rejects(convertToBatchNorm(model, { fused: false } as object), /got "fused"/);
  await assert.rejects(convertToBatchNorm(model, null as unknown as object), /an object: got null/);
});

Deno.test("the report names layers that are frozen, those of nested models too, and only them", async () => {
  const { model } = models.nested();
  const thawed = await convertToBatchRenorm(model);
  assert.deepEqual(thawed.frozen, []);
  assert.doesNotMatch(String(thawed), /frozen/);
  freezeBatchNorm(model);
  const there = await convertToBatchRenorm(model);
  assert.deepEqual(there.frozen, ["block.inner"]);
  assert.match(String(there), /\nfrozen: block.inner: in inference while the model trains/);
  const back = await convertToBatchNorm(there.model);
  assert.deepEqual(back.frozen, ["block.inner"]);
  assert.match(String(back), /\nfrozen: block.inner: TensorFlow.js' own layers move/);
});

Deno.test("the report names models that are frozen as a whole, whose norms move on", async () => {
  const { model } = models.nested();
  model.layers[0].trainable = false;
  const inner = await convertToBatchRenorm(model);
  assert.deepEqual(inner.frozen, []);
  assert.match(String(inner), /\nfrozen as a whole: block: averages .* move on/);
  model.trainable = false;
  const whole = await convertToBatchRenorm(model);
  assert.match(String(whole), /\nfrozen as a whole: the model, block: /);
  const norm = (whole.model.layers[0] as tf.LayersModel).getLayer("inner");
  const mean = () => norm.getWeights()[2].dataSync().slice();
  const before = mean();
  const x = tf.randomNormal([4, 6, 6, 2], 9, 1, "float32", 3);
  (whole.model.apply(x, { training: true }) as tf.Tensor).dispose();
  assert.notDeepEqual(mean(), before);
});
