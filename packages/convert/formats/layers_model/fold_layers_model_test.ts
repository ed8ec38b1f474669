import assert from "node:assert/strict";
import { filesOf, models, predict, tf } from "./_models_test.ts";
import { foldLayersModel } from "./fold_layers_model.ts";

await tf.setBackend("cpu");
const { batchNormalization, conv2d, conv2dTranspose, dense, depthwiseConv2d, flatten, reLU } =
  tf.layers;

/** The files of a chain whose batch norms have state, its prediction, and an input. */
async function chain(inputShape: number[], layers: tf.layers.Layer[]) {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape }), ...layers] });
  model.setWeights(
    model.getWeights().map(({ shape }, i) => tf.randomUniform(shape, 0.3, 2, "float32", i + 1)),
  );
  const x = tf.randomNormal([2, ...inputShape], 0, 1, "float32", 5);
  return { files: await filesOf(model), x };
}

async function assertSamePrediction(
  { files, x }: Awaited<ReturnType<typeof chain>>,
  folded: Awaited<ReturnType<typeof filesOf>>,
) {
  const [before, after] = [await predict(files, x), await predict(folded, x)];
  const scale = Math.max(...before.map(Math.abs));
  after.forEach((value, i) => assert.ok(Math.abs(value - before[i]) < 1e-5 * scale));
}

Deno.test("a batch norm folds into every kind of convolution and into dense layers", async () => {
  const options = { kernelSize: 3, padding: "same" } as const;
  const convolutions = [
    conv2d({ filters: 4, ...options }),
    conv2d({ filters: 4, useBias: false, ...options }),
    depthwiseConv2d({ depthMultiplier: 2, useBias: false, ...options }),
    conv2dTranspose({ filters: 4, useBias: false, ...options }),
    tf.layers.separableConv2d({ filters: 4, ...options }),
  ];
  for (const layer of convolutions) {
    const name = layer.getClassName();
    const chained = await chain([5, 5, 3], [layer, batchNormalization(), reLU()]);
    const folding = foldLayersModel(chained.files);
    assert.equal(folding.folded.length, 1, name);
    assert.ok(!JSON.stringify(folding.json).includes('moving_mean"'), name);
    await assertSamePrediction(chained, folding);
  }
  const chained = await chain([6], [dense({ units: 3 }), batchNormalization({ scale: false })]);
  await assertSamePrediction(chained, foldLayersModel(chained.files));
});

Deno.test("a batch norm stays where folding would change the model, and the reason is said", async () => {
  const reasons: [tf.layers.Layer[], RegExp][] = [
    [[dense({ units: 3, activation: "relu" }), batchNormalization()], /has an activation between/],
    [[batchNormalization(), dense({ units: 3 })], /before it is no convolution or dense layer/],
    [[dense({ units: 3 }), reLU(), batchNormalization()], /no convolution or dense layer: ReLU/],
  ];
  for (const [layers, reason] of reasons) {
    const { files } = await chain([6], layers);
    const { folded, skipped, json } = foldLayersModel(files);
    assert.deepEqual(folded, []);
    assert.match(skipped[0].reason, reason);
    assert.deepEqual(json.modelTopology, files.json.modelTopology);
  }
  const spatial = await chain([4, 4, 3], [
    conv2d({ filters: 4, kernelSize: 1 }),
    batchNormalization({
      axis: 1,
    }),
    flatten(),
  ]);
  assert.match(foldLayersModel(spatial.files).skipped[0].reason, /axis 1 may not be the channels/);
  const shared = await filesOf(models["functional, with a shared layer"]().model);
  assert.match(foldLayersModel(shared).skipped[0].reason, /used more than once/);
});

Deno.test("in a functional model the readers of the batch norm read the layer before it", async () => {
  const input = tf.input({ shape: [5] });
  const first = dense({ units: 4, useBias: false, name: "first" }).apply(input);
  const normed = batchNormalization({ name: "normed" }).apply(first) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([normed, normed]) as tf.SymbolicTensor;
  const made = tf.model({ inputs: input, outputs: [sum, normed] });
  made.setWeights(
    made.getWeights().map(({ shape }, i) => tf.randomUniform(shape, 0.3, 2, "float32", i + 1)),
  );
  const files = await filesOf(made);
  const { json, folded } = foldLayersModel(files);
  const model = { eps: 1e-3, epsFrom: "model", by: "model", notes: [] };
  assert.deepEqual(folded, [{ path: "normed", into: "first", ...model }]);
  assert.ok(!JSON.stringify(json).includes('"normed"'));
});
