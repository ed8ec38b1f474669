/** Layers models written out as JSON, with weights that are easy to fold by hand. */
import type { LayersModelFiles } from "../formats/layers_model/convert_layers_model.ts";

/** A layer of Keras or TensorFlow.js as JSON. */
export const layer = (
  class_name: string,
  name: string,
  config: object = {},
  more: object = {},
): { class_name: string; config: { name: string } } => ({
  class_name,
  config: { name, ...config },
  ...more,
});

/** A Sequential `model.json` of one shard. Weights are vectors, but for kernels of two by two. */
export function modelOf(
  layers: object[],
  weights: Record<string, readonly number[]>,
): LayersModelFiles {
  const specs = Object.entries(weights).map(([name, { length }]) => ({
    name,
    shape: /kernel$/.test(name) ? [2, length / 2] : [length],
    dtype: "float32",
  }));
  const json = {
    modelTopology: layer("Sequential", "net", { layers }),
    weightsManifest: [{ paths: ["w.bin"], weights: specs }],
  };
  const bytes = new Uint8Array(Float32Array.from(Object.values(weights).flat()).buffer);
  return { json, shards: new Map([["w.bin", bytes]]) };
}

/** The weights of a batch norm of two channels. */
export const normWeights = (name: string): Record<string, number[]> => ({
  [`${name}/gamma`]: [2, 3],
  [`${name}/beta`]: [5, 7],
  [`${name}/moving_mean`]: [1, 2],
  [`${name}/moving_variance`]: [3, 8],
});

/** A dense layer of two inputs and outputs. */
export const first = layer("Dense", "d", { units: 2, batch_input_shape: [null, 2] });

/** Its weights. */
export const denseWeights = { "d/kernel": [1, 2, 3, 4], "d/bias": [0, 1] };

/** Those of it and of a batch norm `bn` after it. */
export const plain: Record<string, number[]> = { ...denseWeights, ...normWeights("bn") };
