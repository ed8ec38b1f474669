import { show } from "@renorm/core-math/checks";
import { ModelFileError } from "../../files/model_file_error.ts";
import { type Folding, folding } from "../../fold/folding_report.ts";
import { checkFoldOptions, type FoldOptions } from "../../fold/fold_options.ts";
import type { Parameters } from "../../fold/fold_parameters.ts";
import type { JsonObject } from "../../json.ts";
import { foldableClasses, kernelChannels } from "../../topology/foldable_classes.ts";
import type { FoldablePair } from "../../topology/foldable_pairs.ts";
import { foldTopology, optimizerDropped, type PairWeights } from "../../topology/fold_topology.ts";
import { kerasRenormWeights } from "../../topology/keras_renorm.ts";
import { modelNode } from "../../topology/layer_nodes.ts";
import type { LayersModelFiles } from "./convert_layers_model.ts";
import { layerWeights } from "./layer_weights.ts";
import { layersModelDialect } from "./layers_model_topology.ts";
import { topologyAdapter } from "../../topology/topology_adapter.ts";
import { weightValues } from "./quantized_weights.ts";
import {
  readWeightGroups,
  type Weight,
  type WeightGroup,
  writeWeightGroups,
} from "./weights_manifest.ts";

/**
 * Folds every batch norm of a TensorFlow.js layers model into the convolution or dense layer before
 * it, for export: inference does the same with fewer layers. Nothing that was given changes.
 *
 * A kernel that was quantised becomes float32. A batch norm stays where the layer before it has an
 * activation, feeds others too, or is no convolution or dense layer of TensorFlow.js' own. The
 * state of an optimizer goes: its weights are no longer those it knew.
 *
 * @param files `model.json` and its shards.
 * @param options Which batch norms to fold.
 * @returns The new `json` and `shards`, what was folded and what was not; prints as a table.
 * @throws {TypeError} For an option that is not known.
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
export function foldLayersModel(
  files: LayersModelFiles,
  options: FoldOptions = {},
): Folding & LayersModelFiles {
  checkFoldOptions(options);
  const file = "model.json";
  const json = structuredClone(files.json);
  const model = modelNode(json);
  if (!model) throw new ModelFileError(file, "modelTopology", "a layers model", show(files.json));
  const groups = readWeightGroups(json, files.shards, file);
  const weights = layerWeights(json, groups);
  /** What stands in the place of a weight that changed. */
  const changed = new Map<Weight, readonly Weight[]>();
  const { read } = topologyAdapter(layersModelDialect, weights);
  const { folded, skipped } = foldTopology(model, read, options, weightsOf);
  const { manifest, shards } = writeWeightGroups(groups.flatMap(changedGroup));
  const isDropped = groups.some(({ weights }) => weights.some(isOptimizers)) && folded.length > 0;
  return {
    ...folding(folded, skipped, isDropped ? [optimizerDropped] : []),
    json: { ...json, weightsManifest: manifest },
    shards,
  };

  function weightsOf({ into, norm, layer }: FoldablePair): PairWeights | string {
    const foldable = foldableClasses[String(layer.class_name)];
    const kernel = weights.find(layer, foldable.kernel);
    const values = kernel && weightValues(kernel.spec, kernel.bytes);
    const shape = kernel?.spec.shape as number[] | undefined;
    const channels = shape && kernelChannels(foldable, shape);
    if (!kernel || !values || !shape || !channels) {
      return `the ${foldable.kernel} of ${into} is not in the file as float32`;
    }
    const { use_bias: usesBias } = layer.config as JsonObject;
    const bias = usesBias === false ? null : weights.find(layer, "bias");
    const { scale, center } = norm.config as JsonObject;
    const all = weights.vectors(norm);
    const vectors = {
      ...all,
      weight: scale === false ? null : all.weight,
      bias: center === false ? null : all.bias,
    };
    if (scale !== false && !vectors.weight) return "its gamma is not in the file";
    if (center !== false && !vectors.bias) return "its beta is not in the file";
    return {
      ...channels,
      kernel: values,
      bias: bias && weightValues(bias.spec, bias.bytes),
      vectors,
      replace(folded: Parameters) {
        const biasName = bias?.name ?? kernel.name.replace(/[^/]+$/, "bias");
        changed.set(kernel, [
          floatWeight(kernel.name, shape, folded.kernel),
          floatWeight(biasName, [channels.channels], folded.bias),
        ]);
        const gone = normVariables.map((variable) => weights.find(norm, variable));
        for (const weight of [bias, ...gone]) if (weight) changed.set(weight, []);
      },
    };
  }

  function changedGroup(group: WeightGroup): WeightGroup[] {
    if (folded.length === 0) return [group];
    const kept = group.weights.filter((weight) => !isOptimizers(weight));
    const all = kept.flatMap((weight) => changed.get(weight) ?? [weight]);
    return all.length === 0 && group.weights.length > 0 ? [] : [{ ...group, weights: all }];
  }
}

const normVariables = [
  ...["gamma", "beta", "moving_mean", "moving_variance"],
  ...kerasRenormWeights,
];

/** Whether a weight is the state of an optimizer, as TensorFlow.js marks it. */
function isOptimizers({ spec }: Weight): boolean {
  return spec.group === "optimizer";
}

function floatWeight(name: string, shape: readonly number[], values: Float32Array): Weight {
  const spec = { name, shape, dtype: "float32" };
  return { name, spec, bytes: new Uint8Array(values.buffer) };
}
