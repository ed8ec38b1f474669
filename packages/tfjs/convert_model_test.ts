import assert from "node:assert/strict";
import { models, tf } from "../convert/layers_model/_models_test.ts";
import { renormLayers } from "./renorm_layers.ts";

const { convertToBatchNorm, convertToBatchRenorm, freezeBatchNorm } = renormLayers(tf);
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

Deno.test("momentum is in Keras' sense, and the warm-up starts where it is told", async () => {
  const { model } = models["axis 1"]();
  const { model: renormed } = await convertToBatchRenorm(model, { momentum: 0.75, warmup: 40 });
  const config = renormed.layers[1].getConfig();
  assert.equal(config.momentum, 0.75);
  assert.equal(config.renormStep, 40);
});

Deno.test("what is no model is refused", async () => {
  await assert.rejects(convertToBatchRenorm({} as tf.LayersModel), {
    name: "TypeError",
    message: "convertToBatchRenorm expects a tf.LayersModel: got Object",
  });
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
