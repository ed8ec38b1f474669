import { show } from "@renorm/core-math/checks";
import type { JsonObject } from "../../json.ts";
import type { LayersModelFiles } from "./convert_layers_model.ts";
import { layersModelTopology } from "./layers_model_topology.ts";
import { layersModelVectors } from "./layers_model_vectors.ts";
import { weightValues } from "./weight_values.ts";
import {
  findWeight,
  readWeightGroups,
  type Weight,
  type WeightGroup,
  writeWeightGroups,
} from "./weight_groups.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { NormLayer } from "../../norm_layer.ts";
import { layerName, modelNode } from "../../topology/layer_nodes.ts";
import { foldableNodes, type FoldablePair } from "../../topology/foldable_nodes.ts";
import { type Folding, folding } from "../../fold/folding.ts";
import { foldParameters } from "../../fold/fold_parameters.ts";
import { channelOf, kernelName } from "../../topology/kernel_channels.ts";
import { removeLayer } from "../../topology/layer_calls.ts";

/**
 * Folds every batch norm of a TensorFlow.js layers model into the convolution or dense layer before
 * it, for export: inference does the same with fewer layers. Nothing that was given changes.
 *
 * A kernel that was quantised becomes float32. A batch norm stays where the layer before it has an
 * activation, feeds others too, or is no convolution or dense layer.
 *
 * @param files `model.json` and its shards.
 * @returns The new `json` and `shards`, what was folded and what was not; prints as a table.
 * @throws {ModelFileError} For files that are no valid layers model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foldLayersModel } from "@renorm/convert";
 *
 * const dense = { class_name: "Dense", config: { name: "dense", units: 1, use_bias: false } };
 * const norm = { class_name: "BatchNormalization", config: { name: "bn", epsilon: 1 } };
 * const names = ["dense/kernel", "bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance"];
 * const weights = names.map((name, i) => ({ name, shape: i ? [1] : [1, 1], dtype: "float32" }));
 * const json = {
 *   modelTopology: { class_name: "Sequential", config: { name: "net", layers: [dense, norm] } },
 *   weightsManifest: [{ paths: ["w.bin"], weights }],
 * };
 * const bytes = new Uint8Array(Float32Array.of(4, 1, 5, 2, 3).buffer);
 * const folded = foldLayersModel({ json, shards: new Map([["w.bin", bytes]]) });
 * // y = (4x − 2)/√(3 + 1) + 5 = 2x + 4
 * const values = new Float32Array(folded.shards.get("w.bin")!.buffer);
 * assert.deepEqual([...values], [2, 4]);
 * ```
 */
export function foldLayersModel(files: LayersModelFiles): Folding & LayersModelFiles {
  const file = "model.json";
  const json = structuredClone(files.json);
  const model = modelNode(json);
  if (!model) throw new ModelFileError(file, "modelTopology", "a layers model", show(files.json));
  let groups = readWeightGroups(json, files.shards, file);
  const adapter = layersModelTopology();
  const folded: FoldablePair[] = [];
  const skipped: { path: string; reason: string }[] = [];
  for (const found of foldableNodes(model, (node) => adapter.read(node) !== null)) {
    const changed = "reason" in found
      ? found.reason
      : foldPair(groups, found, adapter.read(found.norm));
    if (typeof changed === "string") {
      skipped.push({ path: found.path, reason: changed });
      continue;
    }
    groups = changed;
    folded.push(found as FoldablePair);
  }
  for (const { model, norm, layer } of folded) {
    removeLayer(model, norm, layerName(layer)!);
    (layer.config as JsonObject).use_bias = true;
  }
  const { manifest, shards } = writeWeightGroups(groups);
  const done = folding(folded.map(({ path, into }) => ({ path, into })), skipped);
  return { ...done, json: { ...json, weightsManifest: manifest }, shards };
}

/** The weights with a pair folded; or why it cannot be. */
function foldPair(
  groups: readonly WeightGroup[],
  { norm, layer }: FoldablePair,
  read: ReturnType<ReturnType<typeof layersModelTopology>["read"]>,
): WeightGroup[] | string {
  if (!read || "unsupported" in read) return "it cannot be read";
  const name = layerName(layer)!;
  const className = String(layer.class_name);
  const vectors = layersModelVectors(groups, norm);
  const kernel = findWeight(groups, name, kernelName(className));
  const bias = findWeight(groups, name, "bias");
  const values = kernel && weightValues(kernel.spec, kernel.bytes);
  if (!kernel || !values || !vectors.runningMean || !vectors.runningVar) {
    return "its weights, or those of the layer before it, are not in the file";
  }
  const parameters = foldParameters(
    values,
    channelOf(className, kernel.spec.shape as number[]),
    bias && weightValues(bias.spec, bias.bytes),
    { vectors, eps: (read as NormLayer).eps },
  );
  const biasName = bias?.name ?? kernel.name.replace(/[^/]+$/, "bias");
  const channels = [parameters.bias.length];
  const gone = ["gamma", "beta", "moving_mean", "moving_variance"]
    .map((variable) => findWeight(groups, layerName(norm)!, variable));
  return groups.map((group) => ({
    ...group,
    weights: group.weights.flatMap((weight) => {
      if (gone.includes(weight) || weight === bias) return [];
      if (weight !== kernel) return [weight];
      const made = floatWeight(biasName, channels, parameters.bias);
      return [floatWeight(kernel.name, kernel.spec.shape as number[], parameters.kernel), made];
    }),
  }));
}

function floatWeight(name: string, shape: readonly number[], values: Float32Array): Weight {
  const spec = { name, shape, dtype: "float32" };
  return { name, spec, bytes: new Uint8Array(values.buffer) };
}
