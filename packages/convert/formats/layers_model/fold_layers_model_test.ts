import assert from "node:assert/strict";
import { assertSamePrediction, filesOf, models, tf } from "../../testing/layers_models.ts";
import {
  denseWeights,
  first,
  layer,
  modelOf,
  normWeights,
  plain,
} from "../../testing/model_json.ts";
import { convertLayersModel } from "./convert_layers_model.ts";
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
    await assertSamePrediction(chained.files, folding, chained.x);
  }
  const chained = await chain([6], [dense({ units: 3 }), batchNormalization({ scale: false })]);
  await assertSamePrediction(chained.files, foldLayersModel(chained.files), chained.x);
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

Deno.test("vectors that are missing, short or not finite are left, and change nothing", () => {
  const norm = layer("BatchNormalization", "bn");
  const { "bn/gamma": _gamma, ...others } = normWeights("bn");
  const noGamma = { ...denseWeights, ...others };
  const cases: [Record<string, readonly number[]>, RegExp][] = [
    [noGamma, /its gamma is not in the file/],
    [{ ...plain, "bn/moving_mean": [1] }, /running mean has 1 values for 2 channels/],
    [{ ...plain, "bn/moving_variance": [1, 2, 3] }, /running variance has 3 values for 2/],
    [{ ...plain, "bn/moving_variance": [1, -2] }, /running variance is -2 in channel 1/],
    [{ ...plain, "bn/beta": [NaN, 1] }, /bias is NaN in channel 0/],
    [normWeights("bn"), /the kernel of d is not in the file as float32/],
  ];
  for (const [weights, reason] of cases) {
    const files = modelOf([first, norm], weights);
    const { folded, skipped, json, shards } = foldLayersModel(files);
    assert.deepEqual(folded, []);
    assert.match(skipped[0].reason, reason);
    assert.deepEqual(json, files.json);
    assert.deepEqual(shards, files.shards);
  }
});

Deno.test("the state of an optimizer goes where something was folded, and that is said", () => {
  const norm = layer("BatchNormalization", "bn");
  const withMoments = (layers: object[]) => {
    const { json, shards } = modelOf(layers, {
      ...plain,
      "d/kernel/m": [1, 2, 3, 4],
      "d/bias/v": [1, 2],
    });
    const [group] = json.weightsManifest as [{ weights: { name: string; group?: string }[] }];
    for (const spec of group.weights) if (/[mv]$/.test(spec.name)) spec.group = "optimizer";
    return { json, shards };
  };
  const folding = foldLayersModel(withMoments([first, norm]));
  assert.match(String(folding), /note: the state of the optimizer was dropped/);
  assert.ok(!JSON.stringify(folding.json).includes("optimizer"));
  const left = foldLayersModel(withMoments([layer("ReLU", "d"), norm]));
  assert.deepEqual(left.notes, []);
  assert.ok(JSON.stringify(left.json).includes("optimizer"));
});

Deno.test("the batch norm of Keras' first years is read, folded, and named anew for TensorFlow.js", () => {
  const old = layer("BatchNormalizationV1", "bn", { epsilon: 1 });
  assert.equal(foldLayersModel(modelOf([first, old], plain)).folded.length, 1);
  for (
    const [to, name] of [["batch-norm", "BatchNormalization"], [
      "batch-renorm",
      "BatchRenormalization",
    ]] as const
  ) {
    const { json, converted } = convertLayersModel(modelOf([first, old], plain), { to });
    assert.match(converted[0].before, /^BatchNormalizationV1\(bn/);
    assert.ok(JSON.stringify(json).includes(`"class_name":"${name}"`));
  }
});

Deno.test("options of a folding that are not known are refused", () => {
  assert.throws(() => foldLayersModel(modelOf([first], plain), { pairs: {} } as never), {
    name: "TypeError",
    message: 'fold expects options among filter: got "pairs"',
  });
});

Deno.test("layers that are frozen, and statistics that never moved, are named", () => {
  const fresh = { ...plain, "bn/moving_mean": [0, 0], "bn/moving_variance": [1, 1] };
  const files = modelOf([first, layer("BatchNormalization", "bn", { trainable: false })], fresh);
  assert.deepEqual(convertLayersModel(files).notes, [
    "frozen, their trainable is false: bn",
    "the statistics of bn never moved: no training forward was made, or none was saved",
  ]);
  assert.deepEqual(foldLayersModel(files).folded[0].notes, ["its statistics never moved"]);
  const trained = modelOf([first, layer("BatchNormalization", "bn")], plain);
  assert.deepEqual(convertLayersModel(trained).notes, []);
});

Deno.test("a shard that two groups name is refused, since it could not be written for both", async () => {
  const { files } = await chain([6], [dense({ units: 3 }), batchNormalization()]);
  const [group] = files.json.weightsManifest as object[];
  const twice = { ...files.json, weightsManifest: [group, group] };
  assert.throws(() => foldLayersModel({ ...files, json: twice }), {
    name: "ModelFileError",
    message: /weightsManifest\[1\]: expected each shard once, got group1-shard1\.bin twice/,
  });
});
