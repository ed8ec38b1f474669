import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchNormalization, batchRenormalization, getRenormSteps, setRenormSteps } = renormLayers(
  tf,
);

const x = tf.randomNormal([8, 3], 1, 2, "float32", 5);

/** A norm in a nested model and one beside it, trained for some epochs of two steps. */
async function trained(epochs: number): Promise<tf.LayersModel> {
  const block = tf.sequential({
    name: "block",
    layers: [batchRenormalization({ inputShape: [3], name: "inner", warmupSteps: 50 })],
  });
  const model = tf.sequential({ layers: [block, batchRenormalization({ name: "outer" })] });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  if (epochs > 0) await model.fit(x, tf.zeros([8, 3]), { epochs, batchSize: 4, verbose: 0 });
  return model;
}

const after6 = { "block.inner": 6, outer: 6 };

Deno.test("setWeights(getWeights()) brings the steps along, by layer and by model", async () => {
  const [source, copy, single] = [await trained(3), await trained(0), await trained(0)];
  copy.setWeights(source.getWeights());
  assert.deepEqual(getRenormSteps(copy), after6);
  single.getLayer("outer").setWeights(source.getLayer("outer").getWeights());
  assert.deepEqual(getRenormSteps(single), { "block.inner": 0, outer: 6 });
  // As they are when they are copied, and not later.
  await source.fit(x, tf.zeros([8, 3]), { batchSize: 4, verbose: 0 });
  assert.deepEqual(getRenormSteps(copy), after6);
});

Deno.test("weights by name bring them too; copies of the values, and batch norm's, leave the step", async () => {
  const [source, copy] = [await trained(3), await trained(1)];
  const values = source.getWeights().map((weight) => tf.clone(weight));
  copy.setWeights(values);
  assert.deepEqual(getRenormSteps(copy), { "block.inner": 2, outer: 2 });
  const norm = batchNormalization();
  norm.build([null, 3]);
  copy.getLayer("outer").setWeights(norm.getWeights());
  assert.equal(getRenormSteps(copy).outer, 2);
  const flat = () => {
    const model = tf.sequential({
      layers: [batchRenormalization({ inputShape: [3], name: "a/b" })],
    });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    return model;
  };
  const [one, other] = [flat(), flat()];
  await one.fit(x, tf.zeros([8, 3]), { batchSize: 2, verbose: 0 });
  other.loadWeights(
    Object.fromEntries(one.weights.map((weight) => [weight.originalName, weight.read()])),
  );
  assert.deepEqual(getRenormSteps(other), { "a/b": 4 });
});

Deno.test("a saved model, its JSON and its config have the step", async () => {
  const model = await trained(3);
  const rebuilt = await tf.models.modelFromJSON(model.toJSON(null, false) as never);
  assert.deepEqual(getRenormSteps(rebuilt), after6);
  const layer = model.getLayer("outer");
  const { constructor } = layer as unknown as {
    constructor: { fromConfig(cls: unknown, config: unknown): tf.layers.Layer };
  };
  assert.equal(constructor.fromConfig(constructor, layer.getConfig()).getConfig().renormStep, 6);
});

Deno.test("steps are read as JSON and set again, all or by path", async () => {
  const [source, copy] = [await trained(3), await trained(0)];
  setRenormSteps(copy, JSON.parse(JSON.stringify(getRenormSteps(source))));
  assert.deepEqual(getRenormSteps(copy), after6);
  setRenormSteps(copy, { outer: 1 });
  assert.deepEqual(getRenormSteps(copy), { "block.inner": 6, outer: 1 });
  setRenormSteps(copy, 9);
  assert.deepEqual(getRenormSteps(copy), { "block.inner": 9, outer: 9 });
});

Deno.test("steps that are none are refused, and nothing is set", async () => {
  const model = await trained(3);
  const wrong: [unknown, RegExp][] = [
    [-1, /^RangeError: setRenormSteps expects the step to be an integer of at least 0: got -1$/],
    [1.5, /^RangeError: .*got 1.5$/],
    [{ outer: 2, "block.inner": "3" }, /^TypeError: .*the step of block.inner .*got "3"$/],
    [{ other: 2 }, /^TypeError: .*paths of batch renorm layers, block.inner, outer: got "other"$/],
    [null, /^TypeError: .*a step, or a record of steps by path: got null$/],
  ];
  for (const [steps, message] of wrong) {
    assert.throws(() => setRenormSteps(model, steps as number), message);
    assert.deepEqual(getRenormSteps(model), after6);
  }
  assert.throws(() => getRenormSteps({} as tf.LayersModel), /getRenormSteps expects a tf.Layers/);
});
