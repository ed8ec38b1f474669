import assert from "node:assert/strict";
import type { JsonObject } from "../../json.ts";
import { layerList, layerName, type LayerNode } from "../../topology/layer_nodes.ts";
import { foldKerasArchive } from "./fold_keras_archive.ts";
import { convertKerasArchive } from "./convert_keras_archive.ts";
import { readKerasModel } from "./read_keras_model.ts";
import { kerasModel, predict } from "../../testing/keras_predict.ts";
import { readVariables } from "./norm_variables.ts";
import { readHdf5, writeHdf5 } from "./hdf5_tree.ts";
import { unzip, zip } from "./zip_archive.ts";

for (const name of ["sequential", "functional", "renorm"]) {
  Deno.test(`a .keras model predicts the same bits before and after, close to Keras' own: ${name}`, async () => {
    const { bytes, x, output } = kerasModel(name);
    const before = await predict(bytes, x);
    for (const [i, value] of output.entries()) {
      assert.ok(Math.abs(before[i] - value) <= 1e-5 * Math.max(1, Math.abs(value)), `${i}`);
    }
    const renormed = await convertKerasArchive(bytes, { rmax: 2, dmax: 1, momentum: 0.05 });
    assert.deepEqual(await predict(renormed.bytes, x), before);
    const plain = await convertKerasArchive(renormed.bytes, { to: "batch-norm" });
    assert.deepEqual(await predict(plain.bytes, x), before);
  });

  Deno.test(`folding a .keras model changes its prediction by rounding alone: ${name}`, async () => {
    const { bytes, x } = kerasModel(name);
    const before = await predict(bytes, x);
    const { bytes: folded, folded: layers, skipped } = await foldKerasArchive(bytes);
    const after = await predict(folded, x);
    after.forEach((value, i) => assert.ok(Math.abs(value - before[i]) < 2e-6, `${value}`));
    const wanted = { sequential: [3, 0], functional: [1, 1], renorm: [1, 0] }[name];
    assert.deepEqual([layers.length, skipped.length], wanted);
  });
}

Deno.test("there and back gives the same topology and the same weights", async () => {
  for (const name of ["sequential", "functional"]) {
    const { bytes } = kerasModel(name);
    const renormed = await convertKerasArchive(bytes, { momentum: 0.05 });
    const { bytes: back } = await convertKerasArchive(renormed.bytes, { to: "batch-norm" });
    const [was, is] = await Promise.all([bytes, back].map((file) => readKerasModel(file, name)));
    assert.deepEqual(is.model, was.model);
    assert.deepEqual(is.weights, was.weights);
    const [entriesBack, entriesBefore] = [back, bytes].map((file) => [...unzip(file, name).keys()]);
    assert.deepEqual(entriesBack, entriesBefore);
  }
});

Deno.test("variables of 16 bits are read, and kept exactly as float32", async () => {
  for (const [name, round] of [["float16", toFloat16], ["bfloat16", toBfloat16]] as const) {
    const bytes = Deno.readFileSync(new URL(`../../testdata/${name}.keras`, import.meta.url));
    const before = await readKerasModel(bytes, name);
    const renormed = await convertKerasArchive(bytes);
    assert.equal(renormed.converted.length, 1);
    const back = await convertKerasArchive(renormed.bytes, { to: "batch-norm" });
    assert.deepEqual((await readKerasModel(back.bytes, name)).weights, before.weights);
    const values = [...before.groups.values()].flatMap(({ groups }) =>
      [...groups.get("vars")?.datasets.values() ?? []].flatMap((
        { values },
      ) => [...values as Float32Array])
    );
    assert.ok(values.length > 20);
    assert.deepEqual(values, values.map(round), "each is a value of its type");
  }
});

Deno.test("tf.keras 2.13's layout is read, and an unknown one refused", async () => {
  const { bytes } = kerasModel("sequential");
  const other = async (name: string) => {
    const entries = unzip(bytes, "test.keras");
    const tree = await readHdf5(entries.get("model.weights.h5")!, "test.h5");
    const groups = new Map([[name, tree.groups.get("layers")!]]);
    return zip(entries.set("model.weights.h5", await writeHdf5({ ...tree, groups })));
  };
  const old = await other("_layer_checkpoint_dependencies");
  const { x } = kerasModel("sequential");
  const renormed = await convertKerasArchive(old);
  assert.deepEqual(await predict(renormed.bytes, x), await predict(bytes, x));
  const folded = await foldKerasArchive(old);
  assert.equal(folded.folded.length, 3);
  const { groups } = await readHdf5(
    unzip(folded.bytes, "test.keras").get("model.weights.h5")!,
    "test.h5",
  );
  assert.ok(groups.has("_layer_checkpoint_dependencies"), "it loads where it came from");
  const entries = unzip(bytes, "test.keras");
  const tree = await readHdf5(entries.get("model.weights.h5")!, "test.h5");
  const layers = tree.groups.get("layers")!;
  layers.groups.set("bn_odd", layers.groups.get("batch_normalization")!);
  layers.groups.delete("batch_normalization");
  const unknown = zip(entries.set("model.weights.h5", await writeHdf5(tree)));
  await assert.rejects(convertKerasArchive(unknown), /expected a group batch_normalization, got/);
});

Deno.test("Keras' three weights begin where its inference statistics stand", async () => {
  const { bytes } = kerasModel("sequential");
  const renormed = await convertKerasArchive(bytes);
  const { model, groups } = await readKerasModel(renormed.bytes, "test.keras");
  const norm = (layerList(model) as LayerNode[]).find((node) => layerName(node) === "bn")!;
  const config = norm.config as JsonObject;
  assert.deepEqual(config.renorm_clipping, { rmax: 3, rmin: 1 / 3, dmax: 5 });
  assert.equal(config.renorm_momentum, 0.9, "the momentum of its own averages");
  const variables = readVariables(config, groups.get(norm)!.groups.get("vars")!, "test.keras");
  const values = (name: string) => variables.get(name)!.values as Float32Array;
  assert.deepEqual(values("renorm_mean"), values("moving_mean"));
  const stddev = values("moving_variance").map((variance) => Math.sqrt(variance + 1e-3));
  assert.deepEqual(values("moving_stddev"), stddev);
  assert.deepEqual(values("renorm_stddev"), stddev);
});

/** The nearest float16, by the platform. */
function toFloat16(value: number): number {
  return Math.f16round(value);
}

/** A value whose lower half of float32's bits is cut off. */
function toBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] & 0xffff0000;
  return new Float32Array(Uint32Array.of(bits).buffer)[0];
}
