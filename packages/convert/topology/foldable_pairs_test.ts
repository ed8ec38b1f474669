import assert from "node:assert/strict";
import { foldLayersModel } from "../formats/layers_model/fold_layers_model.ts";
import { first, layer, modelOf, plain } from "../testing/model_json.ts";

Deno.test("what is folded into is a class that we know, in one place, with no activation", () => {
  const norm = layer("BatchNormalization", "bn", { epsilon: 1 });
  const fold = (before: object, made: object = norm) =>
    foldLayersModel(modelOf([before, made], plain));
  assert.equal(fold(first).folded.length, 1);
  const dense = (config: object, more = {}) =>
    layer("Dense", "d", { ...first.config, ...config }, more);
  const own = { module: "keras.layers", registered_name: null };
  const linear = { class_name: "function", config: "linear", registered_name: "function" };
  for (
    const same of [dense({}, own), dense({ activation: linear }), dense({ activation: "linear" })]
  ) {
    assert.equal(fold(same).folded.length, 1);
  }
  const reasons: [object, RegExp][] = [
    [layer("my>Dense", "d"), /no convolution or dense layer: my>Dense/],
    [dense({}, { ...own, registered_name: "my>Dense" }), /dense layer: my>Dense/],
    [dense({}, { ...own, module: "keras_extras.layers" }), /no convolution or dense layer: Dense/],
    [layer("Embedding", "d"), /no convolution or dense layer: Embedding/],
    [layer("PReLU", "d"), /no convolution or dense layer: PReLU/],
    [dense({ activation: { ...linear, registered_name: "my>linear" } }), /has an activation/],
    [dense({ activation: { class_name: "LeakyReLU", config: {} } }), /has an activation/],
  ];
  for (const [before, reason] of reasons) {
    const { folded, skipped } = fold(before);
    assert.deepEqual(folded, []);
    assert.match(skipped[0].reason, reason);
  }
  const twice = foldLayersModel(modelOf([first, norm, first], plain));
  assert.match(twice.skipped[0].reason, /d is used more than once/);
  const both = foldLayersModel(modelOf([first, norm, dense({ name: "e" }), norm], plain));
  assert.deepEqual(
    both.skipped.map(({ reason }) => reason),
    Array(2).fill("it is used more than once"),
  );
});

Deno.test("an axis from the front is the channels where the rank is known", () => {
  const norm = layer("BatchNormalization", "bn", { axis: [1] });
  const inputs = (batch_input_shape: unknown[]) =>
    layer("Dense", "d", { units: 2, batch_input_shape });
  assert.equal(foldLayersModel(modelOf([inputs([null, 2]), norm], plain)).folded.length, 1);
  const reason = (layers: object[]) => foldLayersModel(modelOf(layers, plain)).skipped[0].reason;
  assert.match(reason([inputs([null, 2, 2]), norm]), /axis \[1\] may not be the channels of d/);
  assert.match(reason([layer("Dense", "d"), norm]), /axis \[1\] may not be the channels of d/);
  const flat = [
    layer("Flatten", "f", { batch_input_shape: [null, 1, 2] }),
    layer("Dense", "d"),
    norm,
  ];
  assert.equal(foldLayersModel(modelOf(flat, plain)).folded.length, 1);
});

Deno.test("a norm that is called in training takes batch statistics, and stays", () => {
  const inputs = layer("InputLayer", "in", { batch_input_shape: [null, 2] }, { inbound_nodes: [] });
  const calls = (name: string, kwargs = {}) => ({ inbound_nodes: [[[name, 0, 0, kwargs]]] });
  const layers = [
    inputs,
    { ...first, ...calls("in") },
    { ...layer("BatchNormalization", "bn"), ...calls("d", { training: true }) },
  ];
  const { json, shards } = modelOf(layers, plain);
  const config = {
    name: "net",
    layers,
    input_layers: [["in", 0, 0]],
    output_layers: [["bn", 0, 0]],
  };
  const functional = { ...json, modelTopology: { class_name: "Functional", config } };
  const { skipped } = foldLayersModel({ json: functional, shards });
  assert.match(skipped[0].reason, /called with training=true/);
});
