/** Models of TensorFlow.js for the tests, as their files hold them. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { JsonObject } from "../json.ts";
import type { LayersModelFiles } from "../formats/layers_model/convert_layers_model.ts";

/** Predicts as TensorFlow.js' own batch norm: what the converter must not change. */
const BatchNormalization = tf.layers.batchNormalization().constructor as typeof tf.layers.Layer;
class BatchRenormalization extends BatchNormalization {
  static className = "BatchRenormalization";
}
tf.serialization.registerClass(BatchRenormalization);

/** A model's files, its weights cut into shards of `shardBytes`. */
export async function filesOf(model: tf.LayersModel, shardBytes = 100): Promise<LayersModelFiles> {
  let artifacts: tf.io.ModelArtifacts | null = null;
  await model.save(tf.io.withSaveHandler((saved) => {
    artifacts = saved;
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) });
  }));
  const { modelTopology, weightSpecs, weightData } = artifacts! as tf.io.ModelArtifacts;
  const bytes = new Uint8Array(weightData as ArrayBuffer);
  const shards = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length; at += shardBytes) {
    shards.set(`group1-shard${shards.size + 1}.bin`, bytes.slice(at, at + shardBytes));
  }
  const weightsManifest = [{ paths: [...shards.keys()], weights: weightSpecs }];
  return { json: JSON.parse(JSON.stringify({ modelTopology, weightsManifest })), shards };
}

/** What TensorFlow.js predicts with a model's files after loading them, all outputs in a row. */
export async function predict(
  { json, shards }: LayersModelFiles,
  x: tf.Tensor,
): Promise<Float32Array> {
  const groups = json.weightsManifest as {
    paths: string[];
    weights: tf.io.WeightsManifestEntry[];
  }[];
  const parts = groups.flatMap(({ paths }) => paths.map((path) => shards.get(path)!));
  const weightData = await new Blob(parts as BlobPart[]).arrayBuffer();
  const weightSpecs = groups.flatMap(({ weights }) => weights);
  const modelTopology = json.modelTopology as JsonObject;
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs, weightData }),
  );
  const outputs = [model.predict(x)].flat();
  const values = await Promise.all(outputs.map((y) => y.data()));
  tf.dispose(outputs);
  model.dispose();
  return Float32Array.from(values.flatMap((one) => [...one]));
}

/** Asserts that the files of two models predict the same, to rounding. */
export async function assertSamePrediction(
  before: LayersModelFiles,
  after: LayersModelFiles,
  x: tf.Tensor,
): Promise<void> {
  const [expected, values] = [await predict(before, x), await predict(after, x)];
  const scale = Math.max(...expected.map(Math.abs));
  values.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5 * scale, `${i}`));
}

/** Moves every batch norm away from its first statistics and parameters. */
function shake(model: tf.LayersModel): tf.LayersModel {
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const isVariance = model.weights[i].originalName.endsWith("moving_variance");
      return isVariance
        ? tf.randomUniform(weight.shape, 0.2, 3, "float32", i + 1)
        : tf.randomNormal(weight.shape, 0, 0.7, "float32", i + 1);
    }),
  );
  return model;
}

const { conv2d, batchNormalization, reLU, dense, globalAveragePooling2d, add } = tf.layers;
const kernel = { kernelSize: 3, padding: "same", useBias: false } as const;
const pooled = () => globalAveragePooling2d({ dataFormat: "channelsLast" });

/** Models with every trait that matters, each with the shape of its input. */
export const models: Record<string, () => { model: tf.LayersModel; inputShape: number[] }> = {
  "sequential, without scale or centre": () => ({
    model: shake(tf.sequential({
      layers: [
        conv2d({ inputShape: [6, 6, 2], filters: 4, ...kernel }),
        batchNormalization({ scale: false }),
        reLU(),
        conv2d({ filters: 3, ...kernel }),
        batchNormalization({ center: false, momentum: 0.9, epsilon: 1e-5 }),
        pooled(),
        dense({ units: 2 }),
      ],
    })),
    inputShape: [2, 6, 6, 2],
  }),
  "nested": () => {
    const block = tf.sequential({ name: "block" });
    block.add(conv2d({ inputShape: [6, 6, 2], filters: 4, ...kernel }));
    block.add(batchNormalization({ name: "inner" }));
    const model = tf.sequential({ layers: [block, pooled(), dense({ units: 2 })] });
    return { model: shake(model), inputShape: [2, 6, 6, 2] };
  },
  "functional, with a shared layer": () => {
    const input = tf.input({ shape: [6, 6, 3] });
    const shared = batchNormalization({ name: "shared" });
    const first = shared.apply(input) as tf.SymbolicTensor;
    const second = conv2d({ filters: 3, ...kernel }).apply(first) as tf.SymbolicTensor;
    const normed = shared.apply(second) as tf.SymbolicTensor;
    const sum = add().apply([first, normed]) as tf.SymbolicTensor;
    const output = dense({ units: 2 }).apply(pooled().apply(sum)) as tf.SymbolicTensor;
    return { model: shake(tf.model({ inputs: input, outputs: output })), inputShape: [2, 6, 6, 3] };
  },
  "axis 1": () => ({
    model: shake(tf.sequential({
      layers: [dense({ inputShape: [5], units: 4 }), batchNormalization({ axis: 1 })],
    })),
    inputShape: [3, 5],
  }),
};

export { tf };
