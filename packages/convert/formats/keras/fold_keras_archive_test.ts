import assert from "node:assert/strict";
import { convertKerasArchive } from "./convert_keras_archive.ts";
import { foldKerasArchive } from "./fold_keras_archive.ts";
import { type Hdf5Group, type Hdf5Values, readHdf5, writeHdf5 } from "./hdf5_tree.ts";
import { unzip, zip } from "./zip_archive.ts";

const layer = (class_name: string, name: string, config: object = {}, more: object = {}) => ({
  module: "keras.layers",
  class_name,
  config: { name, ...config },
  registered_name: null,
  ...more,
});

function values(...numbers: number[]): Hdf5Values {
  const own = { values: Float32Array.from(numbers), shape: [numbers.length] };
  return { ...own, dtype: "<f", attributes: {} };
}

function group(groups: Record<string, Hdf5Group>, datasets: Hdf5Values[] = []): Hdf5Group {
  return {
    groups: new Map(Object.entries(groups)),
    datasets: new Map(datasets.map((dataset, i) => [String(i), dataset])),
    attributes: {},
  };
}

const vars = (...datasets: Hdf5Values[]) => group({ vars: group({}, datasets) });
const dense = () => vars({ ...values(1, 2, 3, 4), shape: [2, 2] }, values(0, 1));
const norm = () => vars(values(2, 3), values(5, 7), values(1, 2), values(3, 8));

/** An archive of a Sequential model. */
async function archiveOf(
  layers: object[],
  groups: Record<string, Hdf5Group>,
  others: Record<string, Hdf5Group> = {},
): Promise<Uint8Array> {
  const model = { ...layer("Sequential", "net", { layers }), module: "keras" };
  const text = (json: object) => new TextEncoder().encode(JSON.stringify(json));
  const weights = await writeHdf5(group({ layers: group(groups), ...others }));
  return zip(
    new Map([
      ["metadata.json", text({ keras_version: "3.15.1" })],
      ["config.json", text(model)],
      ["model.weights.h5", weights],
    ]),
  );
}

const d = layer("Dense", "d", { units: 2 });
const bn = layer("BatchNormalization", "bn", { epsilon: 1 });

Deno.test("the kernel is scaled and the optimizer's state dropped, as by hand, and both are said", async () => {
  const groups = { dense: dense(), batch_normalization: norm() };
  const file = await archiveOf([d, bn], groups, { optimizer: vars(values(1)) });
  const folding = await foldKerasArchive(file);
  assert.deepEqual(folding.folded.map(({ path, into, eps }) => [path, into, eps]), [
    ["bn", "d", 1],
  ]);
  assert.deepEqual(folding.notes, [
    "the state of the optimizer was dropped: its weights have changed",
  ]);
  const tree = await readHdf5(unzip(folding.bytes, "x").get("model.weights.h5")!, "x");
  assert.deepEqual([...tree.groups.keys()], ["layers"]);
  const variables = tree.groups.get("layers")!.groups.get("dense")!.groups.get("vars")!.datasets;
  // Factors 2/√(3+1) = 1 and 3/√(8+1) = 1.
  assert.deepEqual(variables.get("0")!.values, Float32Array.of(1, 2, 3, 4));
  assert.deepEqual(variables.get("1")!.values, Float32Array.of(5 - 1, 7 + 1 - 2));
  const chosen = await foldKerasArchive(file, { filter: (path) => path !== "bn" });
  assert.equal(chosen.skipped[0].reason, "left out by the filter");
});

Deno.test("a class of the same name of another module is not touched, and is named", async () => {
  const others = [
    { module: "keras_resnet.layers", registered_name: "keras_resnet>BatchNormalization" },
    { module: null, registered_name: "my>BatchNormalization" },
    { module: "models.norms", registered_name: null },
  ];
  for (const more of others) {
    const own = layer("BatchNormalization", "bn", {}, more);
    const file = await archiveOf([d, own], { dense: dense(), batch_normalization: norm() });
    const { folded, skipped } = await foldKerasArchive(file);
    assert.deepEqual(folded, []);
    assert.match(skipped[0].reason, /BatchNormalization is no class we know/);
    await assert.rejects(convertKerasArchive(file), /is no class we know/);
  }
  const plain = layer("BatchNormalization", "bn", {}, { module: "keras.src.layers.normalization" });
  const file = await archiveOf([d, plain], { dense: dense(), batch_normalization: norm() });
  assert.equal((await foldKerasArchive(file)).folded.length, 1);
});

Deno.test("norms within layers of somebody's own class are reported by the layer's name", async () => {
  const block = layer("ConvBlock", "block", {}, { module: null, registered_name: "my>ConvBlock" });
  const groups = { dense: dense(), batch_normalization: norm() };
  const held = group({ conv: dense(), bn: norm(), ln: vars(values(1), values(2)) });
  const file = await archiveOf([d, bn, block], { ...groups, conv_block: held });
  const { converted, skipped } = await convertKerasArchive(file);
  assert.deepEqual([converted.length, skipped.map(({ path }) => path)], [1, ["block"]]);
  assert.match(skipped[0].reason, /my>ConvBlock is no class we know, .* may be batch norm: bn$/);
  const folding = await foldKerasArchive(file);
  assert.deepEqual([folding.folded.length, folding.skipped.map(({ path }) => path)], [1, [
    "block",
  ]]);

  const own = await archiveOf([d, bn, block], { ...groups, conv_block: norm() });
  assert.match((await convertKerasArchive(own)).skipped[0].reason, /batch norm: its own variables/);
  const harmless = await archiveOf([d, bn, block], { ...groups, conv_block: dense() });
  assert.deepEqual((await convertKerasArchive(harmless)).skipped, []);
});

Deno.test("a layer that stands in two models, or holds more than a kernel and a bias, is left", async () => {
  const groups = { dense: dense(), batch_normalization: norm() };
  const shared = { ...d, shared_object_id: 7 };
  const head = layer("Sequential", "head", { layers: [shared] });
  const file = await archiveOf([shared, bn, head], groups);
  assert.match((await foldKerasArchive(file)).skipped[0].reason, /stands in more than one model/);
  const lora = group({
    vars: group({}, [...dense().groups.get("vars")!.datasets.values(), values(1)]),
  });
  const more = await archiveOf([d, bn], { ...groups, dense: lora });
  assert.match((await foldKerasArchive(more)).skipped[0].reason, /d holds 3 variables: more than/);
  const bad = vars(values(2, 3), values(5, 7), values(1, 2), values(3, NaN));
  const nan = await archiveOf([d, bn], { dense: dense(), batch_normalization: bad });
  assert.match(
    (await foldKerasArchive(nan)).skipped[0].reason,
    /running variance is NaN in channel 1/,
  );
});
