/** What Keras models predict, by way of TensorFlow.js' layers, which cannot read their files. */
import { isJsonObject, type JsonObject } from "../json.ts";
import { layerList, layerName, type LayerNode } from "../topology/layer_nodes.ts";
import { tf } from "./layers_models.ts";
import type { KerasModel } from "../formats/keras/keras_model.ts";
import { readVariables } from "../formats/keras/norm_variables.ts";
import { readKerasModel } from "../formats/keras/read_keras_model.ts";

await tf.setBackend("cpu");

/** Archives that Keras 3.15.1 wrote, each with an input and Keras' own prediction. */
export function kerasModel(name: string) {
  const file = (ending: string) => new URL(`../testdata/${name}.${ending}`, import.meta.url);
  const { inputShape, input, output } = JSON.parse(Deno.readTextFileSync(file("json")));
  return { bytes: Deno.readFileSync(file("keras")), x: tf.tensor(input, inputShape), output };
}

/** Predicts with a model of either form. */
export async function predict(bytes: Uint8Array, x: tf.Tensor): Promise<Float32Array> {
  const archive = await readKerasModel(bytes, "test.keras");
  return await run(archive.model, archive, x).data() as Float32Array;
}

function run(model: LayerNode, archive: KerasModel, x: tf.Tensor): tf.Tensor {
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

function apply(node: LayerNode, archive: KerasModel, inputs: tf.Tensor[]): tf.Tensor {
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
