import { show } from "@renorm/core-math/checks";
import { ModelFileError } from "../../files/model_file_error.ts";
import { type FoldedLayer, type Folding, folding } from "../../fold/folding_report.ts";
import { foldParameters } from "../../fold/fold_parameters.ts";
import { checkFoldOptions, type FoldOptions } from "../../fold/fold_options.ts";
import type { JsonObject } from "../../json.ts";
import type { SkippedLayer } from "../../report_table.ts";
import { reasonAgainstValues, valueNotes } from "../../norm_statistics.ts";
import { foldableLayers, kernelChannels } from "../../topology/foldable_classes.ts";
import { foldableNodes, type FoldablePair } from "../../topology/foldable_pairs.ts";
import { removeLayers } from "../../topology/layer_calls.ts";
import { constraintNotes, setFolded } from "../../topology/folded_config.ts";
import { modelNode } from "../../topology/layer_nodes.ts";
import type { LayersModelFiles } from "./convert_layers_model.ts";
import { layerWeights } from "./layer_weights.ts";
import { layersModelAdapter } from "./layers_model_topology.ts";
import {
  readWeightGroups,
  type Weight,
  type WeightGroup,
  writeWeightGroups,
} from "./weights_manifest.ts";
import { weightValues } from "./quantized_weights.ts";

/**
 * Folds every batch norm of a TensorFlow.js layers model into the convolution or dense layer before
 * it, for export: inference does the same with fewer layers. Nothing that was given changes.
 *
 * A kernel that was quantised becomes float32. A batch norm stays where the layer before it has an
 * activation, feeds others too, or is no convolution or dense layer of TensorFlow.js' own. The state
 * of an optimizer goes: its weights are no longer those it knew.
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
  const { filter = () => true } = options;
  const file = "model.json";
  const json = structuredClone(files.json);
  const model = modelNode(json);
  if (!model) throw new ModelFileError(file, "modelTopology", "a layers model", show(files.json));
  const groups = readWeightGroups(json, files.shards, file);
  const weights = layerWeights(json, groups);
  const adapter = layersModelAdapter(weights);
  const pairs: FoldablePair[] = [];
  const folded: FoldedLayer[] = [];
  const skipped: SkippedLayer[] = [];
  /** What stands in the place of a weight that changed. */
  const changed = new Map<Weight, readonly Weight[]>();
  for (const found of foldableNodes(model, adapter.read)) {
    const done = fold(found);
    if (typeof done === "string") skipped.push({ path: found.path, reason: done });
    else folded.push(done);
  }
  removeLayers(pairs);
  for (const { layer } of pairs) setFolded(layer);
  const { manifest, shards } = writeWeightGroups(groups.flatMap(changedGroup));
  const dropped = groups.some(({ weights }) => weights.some(isOptimizers)) && folded.length > 0;
  const notes = dropped ? ["the state of the optimizer was dropped: its weights have changed"] : [];
  return {
    ...folding(folded, skipped, notes),
    json: { ...json, weightsManifest: manifest },
    shards,
  };

  /** Plans one norm; or says why it stays. */
  function fold(found: ReturnType<typeof foldableNodes>[number]): FoldedLayer | string {
    if ("reason" in found) return found.reason;
    const { path, into, norm, layer, eps } = found;
    if (!filter(path)) return "left out by the filter";
    const foldable = foldableLayers[String(layer.class_name)];
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
    const wrong = reasonAgainstValues(vectors, channels.channels);
    if (wrong !== null) return wrong;
    const parameters = foldParameters(
      values,
      channels.channelOf,
      bias && weightValues(bias.spec, bias.bytes),
      { vectors, eps },
    );
    if (![parameters.kernel, parameters.bias].every((one) => one.every(Number.isFinite))) {
      return "its factors make values that float32 does not hold";
    }
    const biasName = bias?.name ?? kernel.name.replace(/[^/]+$/, "bias");
    changed.set(kernel, [
      floatWeight(kernel.name, shape, parameters.kernel),
      floatWeight(biasName, [channels.channels], parameters.bias),
    ]);
    if (bias) changed.set(bias, []);
    for (const variable of normVariables) {
      const weight = weights.find(norm, variable);
      if (weight) changed.set(weight, []);
    }
    pairs.push(found);
    return {
      path,
      into,
      eps,
      epsFrom: "model",
      by: "model",
      notes: [...constraintNotes(layer), ...valueNotes(vectors)],
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
  ...["moving_stddev", "renorm_mean", "renorm_stddev"],
];

/** Whether a weight is the state of an optimizer, as TensorFlow.js marks it. */
function isOptimizers({ spec }: Weight): boolean {
  return spec.group === "optimizer";
}

function floatWeight(name: string, shape: readonly number[], values: Float32Array): Weight {
  const spec = { name, shape, dtype: "float32" };
  return { name, spec, bytes: new Uint8Array(values.buffer) };
}
