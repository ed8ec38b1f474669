/** A golden file's model as a user of TensorFlow.js builds it, with batch norm. */
import * as tf from "@tensorflow/tfjs";
import type { GoldenModel } from "./golden_model.ts";
import { type Module, nameModules } from "./model_modules.ts";

/**
 * Where a layer keeps a tensor of PyTorch's: its place among the weights, and how the axes move.
 */
interface WeightPlace {
  readonly index: number;
  /** From PyTorch's order of axes to TensorFlow.js'; none for a vector. */
  readonly axes?: readonly number[];
}

const places: Readonly<Record<string, Readonly<Record<string, WeightPlace>>>> = {
  conv: { weight: { index: 0, axes: [2, 3, 1, 0] }, bias: { index: 1 } },
  linear: { weight: { index: 0, axes: [1, 0] }, bias: { index: 1 } },
  norm: {
    weight: { index: 0 },
    bias: { index: 1 },
    running_mean: { index: 2 },
    running_var: { index: 3 },
  },
};

/** Builds the model, channels-last, with the start of the golden file. */
export function buildModel(golden: GoldenModel): tf.Sequential {
  const [, channels, height, width] = golden.inputShape;
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({ inputShape: [height, width, channels] }));
  for (const { name, module } of nameModules(golden.modules)) {
    model.add(buildLayer(module, name === null ? {} : { name }));
    if (name !== null) setStart(model.getLayer(name), module.kind, name, golden);
  }
  return model;
}

function buildLayer(module: Module, named: { name?: string }): tf.layers.Layer {
  switch (module.kind) {
    case "conv": {
      const { kernelSize, outputs: filters, pad, hasBias: useBias } = module;
      if (pad !== 0 && pad !== (kernelSize - 1) / 2) {
        throw new TypeError(`pad expects 0 or ${(kernelSize - 1) / 2} here: got ${pad}`);
      }
      const padding = pad === 0 ? "valid" : "same";
      return tf.layers.conv2d({ ...named, kernelSize, filters, padding, useBias });
    }
    case "norm":
      // PyTorch's momentum of 0.1 and eps; golden files of this form have no others.
      return tf.layers.batchNormalization({ ...named, momentum: 0.9, epsilon: 1e-5 });
    case "relu":
      return tf.layers.activation({ activation: "relu" });
    case "mean":
      return tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" });
    case "linear":
      return tf.layers.dense({ ...named, units: module.outputs });
  }
}

function setStart(layer: tf.layers.Layer, kind: string, name: string, golden: GoldenModel): void {
  const weights = layer.getWeights();
  tf.tidy(() => {
    for (const [suffix, { index, axes }] of Object.entries(places[kind])) {
      if (index >= weights.length) continue;
      const { values, shape } = golden.start[`${name}.${suffix}`];
      const tensor = tf.tensor([...values], [...shape]);
      weights[index] = axes ? tf.transpose(tensor, [...axes]) : tensor;
    }
    layer.setWeights(weights);
  });
}

/** Reads a tensor of a model by PyTorch's name, in PyTorch's order. */
export async function readTensor(
  model: tf.LayersModel,
  golden: GoldenModel,
  path: string,
): Promise<Float32Array> {
  const dot = path.lastIndexOf(".");
  const name = path.slice(0, dot);
  const found = nameModules(golden.modules).find((named) => named.name === name);
  const place = found && places[found.module.kind][path.slice(dot + 1)];
  if (!place) throw new TypeError(`final expects names of the model's tensors: got ${path}`);
  const weight = model.getLayer(name).getWeights()[place.index];
  if (!place.axes) return await weight.data<"float32">();
  const back = tf.transpose(weight, place.axes.map((_, axis) => place.axes!.indexOf(axis)));
  const values = await back.data<"float32">();
  back.dispose();
  return values;
}
