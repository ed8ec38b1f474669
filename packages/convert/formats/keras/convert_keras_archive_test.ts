import assert from "node:assert/strict";
import type { JsonObject } from "../../json.ts";
import { layerList, layerName, type LayerNode } from "../../topology/layer_nodes.ts";
import { foldKerasArchive } from "./fold_keras_archive.ts";
import { convertKerasArchive } from "./convert_keras_archive.ts";
import { readKerasArchive } from "./keras_archive.ts";
import { kerasModel, predict } from "./_predict_test.ts";
import { readVariables } from "./norm_variables.ts";
import { unzip } from "./zip_archive.ts";

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
    const [was, is] = await Promise.all([bytes, back].map((file) => readKerasArchive(file, name)));
    assert.deepEqual(is.model, was.model);
    assert.deepEqual(is.weights, was.weights);
    const [entriesBack, entriesBefore] = [back, bytes].map((file) => [...unzip(file, name).keys()]);
    assert.deepEqual(entriesBack, entriesBefore);
  }
});

Deno.test("Keras' three weights begin where its inference statistics stand", async () => {
  const { bytes } = kerasModel("sequential");
  const renormed = await convertKerasArchive(bytes);
  const { model, groups } = await readKerasArchive(renormed.bytes, "test.keras");
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
