import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { tf } from "../layers_model/_models_test.ts";
import { layerList, layerName, type LayerNode } from "../../topology/layer_nodes.ts";
import { foldKerasArchive } from "./fold_keras_archive.ts";
import { convertKerasArchive } from "./convert_keras_archive.ts";
import { type KerasArchive, readKerasArchive } from "./keras_archive.ts";
import { readVariables } from "./norm_variables.ts";

await tf.setBackend("cpu");

/** Archives that Keras 3.15.1 wrote, each with an input and Keras' own prediction. */
function kerasModel(name: string) {
  const file = (ending: string) => new URL(`../../testdata/${name}.${ending}`, import.meta.url);
  const { inputShape, input, output } = JSON.parse(Deno.readTextFileSync(file("json")));
  return { bytes: Deno.readFileSync(file("keras")), x: tf.tensor(input, inputShape), output };
}

/** Predicts with an archive by way of TensorFlow.js' layers, which cannot read one themselves. */
async function predict(bytes: Uint8Array, x: tf.Tensor): Promise<Float32Array> {
  const archive = await readKerasArchive(bytes, "test.keras");
  return await run(archive.model, archive, x).data() as Float32Array;
}

function run(model: LayerNode, archive: KerasArchive, x: tf.Tensor): tf.Tensor {
  const nodes = layerList(model) as LayerNode[];
  if (model.class_name === "Sequential") {
    return nodes.reduce((y, node) => apply(node, archive, [y]), x);
  }
  // From the output back, since a shared layer is called in between.
  const evaluate = (name: string, call: number): tf.Tensor => {
    const node = nodes.find((node) => layerName(node) === name)!;
    if (node.class_name === "InputLayer") return x;
    const inputs = sources((node.inbound_nodes as unknown[])[call]);
    return apply(node, archive, inputs.map(([name, call]) => evaluate(name, call)));
  };
  const [name, call] = (model.config as JsonObject).output_layers as [string, number];
  return evaluate(name, call);
}

/** The outputs that a call reads: a layer and the number of its call. */
function sources(value: unknown): [name: string, call: number][] {
  if (Array.isArray(value)) return value.flatMap(sources);
  if (!isJsonObject(value)) return [];
  const history = value.keras_history as [string, number] | undefined;
  return history ? [history] : Object.values(value).flatMap(sources);
}

function apply(node: LayerNode, archive: KerasArchive, inputs: tf.Tensor[]): tf.Tensor {
  const config = node.config as JsonObject;
  const [x] = inputs;
  const group = archive.groups.get(node)?.groups.get("vars");
  const variable = (i: number) => {
    const { values, shape } = group!.datasets.get(String(i))!;
    return tf.tensor(values as Float32Array, [...shape]);
  };
  switch (node.class_name) {
    case "InputLayer":
      return x;
    case "Conv2D": {
      const y = tf.conv2d(
        x as tf.Tensor4D,
        variable(0) as tf.Tensor4D,
        1,
        config.padding as "same",
      );
      return config.use_bias ? y.add(variable(1)) : y;
    }
    case "Dense": {
      const y = x.matMul(variable(0));
      return config.use_bias ? y.add(variable(1)) : y;
    }
    case "BatchNormalization": {
      const variables = readVariables(config, group!, "test.keras");
      const vector = (name: string) => tf.tensor1d(variables.get(name)!.values as Float32Array);
      return tf.batchNorm(
        x as tf.Tensor4D,
        vector("moving_mean"),
        vector("moving_variance"),
        config.center ? vector("beta") : undefined,
        config.scale ? vector("gamma") : undefined,
        config.epsilon as number,
      );
    }
    case "ReLU":
      return x.relu();
    case "Add":
      return tf.addN(inputs);
    case "GlobalAveragePooling2D":
      return x.mean([1, 2]);
    case "Sequential":
      return run(node, archive, x);
  }
  throw new Error(`the test knows no ${node.class_name}`);
}

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
    assert.deepEqual([...is.entries.keys()], [...was.entries.keys()]);
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
