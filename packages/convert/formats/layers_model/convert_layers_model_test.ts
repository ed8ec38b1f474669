import assert from "node:assert/strict";
import { MobileNetV2Model } from "nsfwjs/models/mobilenet_v2";
import { convertToBatchRenorm } from "../../convert.ts";
import type { JsonObject } from "../../json.ts";
import { childLayers, modelNode } from "../../topology/layer_nodes.ts";
import { filesOf, models, predict, tf } from "../../testing/layers_models.ts";
import { first, layer, modelOf, plain } from "../../testing/model_json.ts";
import { convertLayersModel, type LayersModelFiles } from "./convert_layers_model.ts";

await tf.setBackend("cpu");

for (const [name, make] of Object.entries(models)) {
  Deno.test(`predictions stay the same bits, and back is the same model: ${name}`, async () => {
    const { model, inputShape } = make();
    const files = await filesOf(model);
    const x = tf.randomNormal(inputShape, 0, 1, "float32", 3);
    const expected = await (model.predict(x) as tf.Tensor).data();
    const renormed = convertLayersModel(files, { rmax: 2, momentum: 0.02 });
    assert.ok(renormed.converted.length > 0);
    assert.deepEqual(await predict(renormed, x), expected);
    const back = convertLayersModel(renormed, { to: "batch-norm" });
    assert.deepEqual(back.json, files.json);
    assert.deepEqual(back.shards, files.shards);
  });
}

Deno.test("what was given does not change", async () => {
  const files = await filesOf(models["axis 1"]().model);
  const before = structuredClone(files.json);
  convertLayersModel(files);
  assert.deepEqual(files.json, before);
});

Deno.test("the batch norm of @renorm/tfjs is converted too, and comes back as it was", () => {
  const norm = { class_name: "TrackedBatchNormalization", config: { name: "norm", axis: 1 } };
  const topology = { class_name: "Sequential", config: { name: "net", layers: [norm] } };
  const files = { json: { modelTopology: topology, weightsManifest: [] }, shards: new Map() };
  const renormed = convertLayersModel(files);
  const classes = childLayers(renormed.json).map(({ node }) => node.class_name);
  assert.deepEqual(classes, ["BatchRenormalization"]);
  assert.deepEqual(convertLayersModel(renormed, { to: "batch-norm" }).json, files.json);
});

/** `axis` as tf.keras 2 wrote it, a list of one, in both forms of a topology. */
async function withAxisList(): Promise<LayersModelFiles> {
  const { json, shards } = await filesOf(models["sequential, without scale or centre"]().model);
  for (const { node } of childLayers(json)) {
    if (node.class_name === "BatchNormalization") (node.config as JsonObject).axis = [3];
  }
  const modelTopology = { keras_version: "2.6.0", model_config: modelNode(json) };
  return { json: { ...json, modelTopology }, shards };
}

Deno.test("axis [3] and the topology under model_config are kept as they are", async () => {
  const files = await withAxisList();
  const x = tf.randomNormal([2, 6, 6, 2], 0, 1, "float32", 3);
  const renormed = convertLayersModel(files);
  assert.equal(renormed.converted.length, 2);
  assert.deepEqual(await predict(renormed, x), await predict(files, x));
  assert.deepEqual(convertLayersModel(renormed, { to: "batch-norm" }).json, files.json);
});

Deno.test("a real model that was trained and quantised by others predicts the same bits", async () => {
  const { modelJson, weightBundles } = MobileNetV2Model;
  const { default: json } = await modelJson();
  const { default: shard } = await weightBundles[0]();
  const bytes = Uint8Array.from(atob(shard), (letter) => letter.charCodeAt(0));
  const files = {
    json: json as unknown as JsonObject,
    shards: new Map([["group1-shard1of1", bytes]]),
  };
  const x = tf.randomUniform([1, 224, 224, 3], 0, 1, "float32", 5);
  const renormed = convertLayersModel(files);
  assert.equal(renormed.converted.length, 52);
  assert.deepEqual(await predict(renormed, x), await predict(files, x));
  const back = convertLayersModel(renormed, { to: "batch-norm" });
  assert.deepEqual(back.json, files.json);
  assert.deepEqual(back.shards, files.shards);
});

/** A model that Keras trained with renorm=True, in two shards, and the same as batch norm. */
function kerasRenormFiles() {
  const clipping = { rmax: 3, rmin: 1 / 3, dmax: 5 };
  const config = { renorm: true, renorm_clipping: clipping, renorm_momentum: 0.99 };
  const { "bn/moving_variance": variance, ...others } = plain;
  // Amid the others, so that dropping them moves what stands after.
  const extra = {
    "bn/moving_stddev": [2, 2],
    "bn/renorm_mean": [5, 5],
    "bn/renorm_stddev": [7, 7],
  };
  const weights = { ...others, ...extra, "bn/moving_variance": variance };
  const { json, shards } = modelOf([first, layer("BatchNormalization", "bn", config)], weights);
  const [group] = json.weightsManifest as { paths: string[] }[];
  group.paths = ["a.bin", "b.bin"];
  const bytes = shards.get("w.bin")!;
  const cut = new Map([["a.bin", bytes.slice(0, 50)], ["b.bin", bytes.slice(50)]]);
  return {
    files: { json, shards: cut },
    asNorm: modelOf([first, layer("BatchNormalization", "bn")], plain),
  };
}

Deno.test("a model trained with Keras' renorm=True loads after conversion, either way, and predicts as its inference statistics say", async () => {
  const { files, asNorm } = kerasRenormFiles();
  const x = tf.randomNormal([3, 2], 0, 1, "float32", 3);
  await assert.rejects(predict(files, x), /no target variable.*moving_stddev/);
  const expected = await predict(asNorm, x);
  for (const to of ["batch-norm", "batch-renorm"] as const) {
    const converted = convertLayersModel(files, { to });
    assert.deepEqual(await predict(converted, x), expected, to);
  }
});

Deno.test("its own limits go on, unless others are given", () => {
  const { files } = kerasRenormFiles();
  const own = convertLayersModel(files).converted[0].after;
  assert.match(own, /rmax=3, dmax=5, warmup_steps=0/);
  assert.match(convertLayersModel(files, { rmax: 2 }).converted[0].after, /rmax=2, dmax=5/);
});

Deno.test("its training statistics become the running ones when asked", async () => {
  const { files } = kerasRenormFiles();
  const { shards } = convertLayersModel(files, { statistics: "training" });
  const bytes = await new Blob([...shards.values()] as BlobPart[]).arrayBuffer();
  const variance = Math.fround(49 - 1e-3);
  assert.deepEqual([...new Float32Array(bytes).slice(10)], [5, 5, variance, variance]);
});

Deno.test("a topology alone is recognised and converted in place", () => {
  const { model } = models.nested();
  const json = model.toJSON(null, false) as unknown as JsonObject;
  const { converted } = convertToBatchRenorm(json);
  assert.deepEqual(converted.map(({ path }) => path), ["block.inner"]);
});

Deno.test("a live model is sent to @renorm/tfjs", () => {
  const { model } = models["axis 1"]();
  assert.throws(() => convertToBatchRenorm(model), /live tf\.LayersModel.*@renorm\/tfjs/);
});
