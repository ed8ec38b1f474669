import assert from "node:assert/strict";
import type { JsonObject } from "../../json.ts";
import { isLayerNode, layerList, layerName, type LayerNode } from "../../topology/layer_nodes.ts";
import { floats, kerasHdf5, text, type Weights } from "../../testing/keras_hdf5.ts";
import { kerasModel, predict } from "../../testing/keras_predict.ts";
import { convertKerasArchive } from "./convert_keras_archive.ts";
import { foldKerasArchive } from "./fold_keras_archive.ts";
import { emptyGroup, type Hdf5Group, type Hdf5Values, readHdf5, writeHdf5 } from "./hdf5_tree.ts";
import { readKerasModel } from "./read_keras_model.ts";

const shortNames: Record<string, string[]> = {
  BatchNormalization: ["gamma", "beta", "moving_mean", "moving_variance"],
  SeparableConv2D: ["depthwise_kernel", "pointwise_kernel", "bias"],
};

/** A model of Keras' own as the `.h5` that Keras would have written. */
async function asHdf5(name: string) {
  const { bytes, x, output } = kerasModel(name);
  const { model, groups } = await readKerasModel(bytes, name);
  const weightsOf = (node: LayerNode): [name: string, Hdf5Values][] => {
    const inner = [...layerList(node) ?? [], (node.config as JsonObject).layer];
    const variables = [...groups.get(node)?.groups.get("vars")?.datasets.values() ?? []];
    const names = shortNames[node.class_name] ?? ["kernel", "bias"];
    return [
      ...variables.map((v, i) => [`${layerName(node)}/${names[i]}:0`, v] as [string, Hdf5Values]),
      ...inner.filter(isLayerNode).flatMap(weightsOf),
    ];
  };
  const layers = (layerList(model) as LayerNode[]).map((node) => {
    const all = weightsOf(node);
    const moves = ([name]: [string, unknown]) => name.includes("/moving_");
    const ordered = [...all.filter((one) => !moves(one)), ...all.filter(moves)];
    return [layerName(node)!, Object.fromEntries(ordered)];
  });
  return { bytes: await kerasHdf5(model, Object.fromEntries(layers)), x, output };
}

async function weightNames(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const stored = (await readHdf5(bytes, "test.h5")).groups.get("model_weights")!;
  return Object.fromEntries(
    [...stored.groups].map(([name, group]) => [name, group.attributes.weight_names.values]),
  );
}

for (const name of ["sequential", "functional"]) {
  Deno.test(`an .h5 model predicts the same bits when converted and back, and folds: ${name}`, async () => {
    const { bytes, x, output } = await asHdf5(name);
    const before = await predict(bytes, x);
    output.forEach((value: number, i: number) => assert.ok(Math.abs(before[i] - value) < 1e-5));
    const renormed = await convertKerasArchive(bytes, { rmax: 2 });
    assert.ok(renormed.converted.length > 0);
    assert.deepEqual(await predict(renormed.bytes, x), before);
    const back = await convertKerasArchive(renormed.bytes, { to: "batch-norm" });
    assert.deepEqual(await readHdf5(back.bytes, name), await readHdf5(bytes, name));

    const folded = await foldKerasArchive(bytes);
    assert.ok(folded.folded.length > 0);
    const after = await predict(folded.bytes, x);
    after.forEach((value, i) => assert.ok(Math.abs(value - before[i]) < 2e-6));
    const tree = await readHdf5(folded.bytes, name);
    assert.deepEqual([...tree.groups.keys()], ["model_weights"], "no state of an optimizer");
    assert.equal(tree.attributes.training_config, undefined);
    for (const { path } of folded.folded) {
      assert.ok(
        !(tree.groups.get("model_weights")!.attributes.layer_names.values as string[])
          .includes(path),
      );
    }
  });
}

const norm = (name: string) => ({
  class_name: "BatchNormalization",
  config: { name, axis: [1], momentum: 0.99, epsilon: 1e-3, center: true, scale: true },
});
const dense = (name: string, units: number, use_bias: boolean) => ({
  class_name: "Dense",
  config: { name, units, activation: "linear", use_bias, batch_input_shape: [null, 1] },
});
const nested = {
  class_name: "Sequential",
  config: {
    name: "net",
    layers: [
      {
        class_name: "Sequential",
        config: { name: "block", layers: [dense("d1", 1, false), norm("n1"), norm("n2")] },
      },
      dense("head", 1, true),
    ],
  },
};
const block: Weights = {
  "d1/kernel:0": floats([2], [1, 1]),
  "n1/gamma:0": floats([3]),
  "n1/beta:0": floats([1]),
  "n2/gamma:0": floats([1]),
  "n2/beta:0": floats([0]),
  "n1/moving_mean:0": floats([0.5]),
  "n1/moving_variance:0": floats([3.999]),
  "n2/moving_mean:0": floats([0]),
  "n2/moving_variance:0": floats([1]),
};
const head: Weights = { "head/kernel:0": floats([1], [1, 1]), "head/bias:0": floats([0]) };

Deno.test("weights of a model within a model are told by their names, and stay in Keras' order", async () => {
  const bytes = await kerasHdf5(nested, { block, head });
  const renormed = await convertKerasArchive(bytes, { filter: (path) => path === "block.n1" });
  assert.deepEqual((await weightNames(renormed.bytes)).block, [
    ...Object.keys(block).slice(0, 7),
    "n1/moving_stddev:0",
    "n1/renorm_mean:0",
    "n1/renorm_stddev:0",
    ...Object.keys(block).slice(7),
  ]);
  const folded = await foldKerasArchive(bytes);
  assert.deepEqual(folded.folded.map(({ path, into }) => [path, into]), [["block.n1", "block.d1"]]);
  const { block: names } = await weightNames(folded.bytes);
  assert.deepEqual(names, [
    "d1/kernel:0",
    "d1/bias:0",
    ...Object.keys(block).filter((name) => name.startsWith("n2")),
  ]);
  const { model, groups } = await readKerasModel(folded.bytes, "test.h5");
  const inner = (layerList(layerList(model)![0] as JsonObject) as LayerNode[])[0];
  const values = [...groups.get(inner)!.groups.get("vars")!.datasets.values()]
    .map(({ values }) => (values as Float32Array)[0]);
  // γ/√(variance + ε) = 3/2: the kernel 2 · 3/2, the bias 1 − 0.5 · 3/2.
  assert.deepEqual(values, [3, 0.25]);
});

Deno.test("an HDF5 file that is no model, and names that tell nothing, are refused in words", async () => {
  const weightsAlone = await writeHdf5(emptyGroup());
  await assert.rejects(convertKerasArchive(weightsAlone, {}, "w.h5"), {
    name: "ModelFileError",
    message: /^w\.h5, HDF5 \(\.h5\): .*weights or data alone/,
  });
  const unclear = await kerasHdf5(nested, { block: { "x/gamma:0": floats([1]) }, head });
  await assert.rejects(convertKerasArchive(unclear), /weights of "block": expected those of "n1"/);
  const twice = JSON.parse(JSON.stringify(nested).replace('"n2"', '"n1"'));
  await assert.rejects(
    convertKerasArchive(await kerasHdf5(twice, { block, head })),
    /weights of "block": expected names that tell whose they are, got two layers called "n1"/,
  );
  await assert.rejects(
    convertKerasArchive(await kerasHdf5(nested, { head })),
    /model_weights: expected a group of "block", got none/,
  );
});

Deno.test("names in several attributes, in paths of Keras 3 and below wrappers are read and kept", async () => {
  const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
  const config = {
    class_name: "Sequential",
    config: {
      name: "net",
      layers: [
        {
          class_name: "Sequential",
          config: {
            name: "block",
            layers: [
              ...names.flatMap((name) => [dense(`d${name}`, 1, false), norm(name)]),
              { class_name: "LSTM", config: { name: "lstm" } },
            ],
          },
        },
        { class_name: "TimeDistributed", config: { name: "times", layer: norm("wrapped") } },
        {
          class_name: "Bidirectional",
          config: { name: "both", layer: { class_name: "GRU", config: { name: "gru" } } },
        },
        { class_name: "ReLU", config: { name: "relu" } },
      ],
    },
  };
  const variables = ["gamma", "beta", "moving_mean", "moving_variance"];
  const block: Weights = Object.fromEntries([
    ["net/block/lstm/lstm_cell/kernel", floats([7])],
    ...names.flatMap((name) => [
      [`net/block/d${name}/kernel`, floats([2], [1, 1])],
      ...variables.map((variable) => [`net/block/${name}/${variable}`, floats([1])]),
    ]),
  ]);
  const times = Object.fromEntries(variables.map((name) => [`times/${name}:0`, floats([1])]));
  const both = { "both/forward_gru/gru_cell/kernel:0": floats([1]) };
  const tree = await readHdf5(await kerasHdf5(config, { block, times, both, relu: {} }), "test.h5");
  const stored = tree.groups.get("model_weights")!;
  const cut = (attributes: Hdf5Group["attributes"], name: string) => {
    const { [name]: { values }, ...others } = attributes;
    const all = values as string[];
    const half = Math.ceil(all.length / 2);
    return {
      ...others,
      [`${name}0`]: text(...all.slice(0, half)),
      [`${name}1`]: text(...all.slice(half)),
    };
  };
  const group = stored.groups.get("block")!;
  const cutBlock = { ...group, attributes: cut(group.attributes, "weight_names") };
  const cutStored = {
    ...stored,
    attributes: cut(stored.attributes, "layer_names"),
    groups: new Map([...stored.groups, ["block", cutBlock]]),
  };
  const bytes = await writeHdf5({
    ...tree,
    groups: new Map([...tree.groups, ["model_weights", cutStored]]),
  });

  const folded = await foldKerasArchive(bytes);
  assert.equal(folded.folded.length, names.length);
  assert.match(folded.skipped[0].reason, /a wrapper holds it/);
  const after = await weightNames(folded.bytes);
  assert.deepEqual(Object.keys(after).sort(), ["block", "both", "relu", "times"]);
  assert.deepEqual(after.block, [
    "net/block/lstm/lstm_cell/kernel",
    ...names.flatMap((name) => [`net/block/d${name}/kernel`, `net/block/d${name}/bias`]),
  ]);
  assert.deepEqual(after.both, Object.keys(both));
  const back = await readHdf5(folded.bytes, "test.h5");
  assert.deepEqual(back.attributes.model_config.shape, [], "one text, as Keras reads it");
  const { groups } = back.groups.get("model_weights")!.groups.get("block")!.groups.get("net")!;
  assert.deepEqual(
    [...groups.get("block")!.groups.keys()].sort(),
    ["lstm", ...names.map((name) => `d${name}`)].sort(),
  );
});
