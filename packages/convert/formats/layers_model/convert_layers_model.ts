import { expects, show } from "@renorm/core-math/checks";
import type { ConversionReport } from "../../conversion_report.ts";
import type { ConvertToBatchRenormOptions } from "../../convert_options.ts";
import type { JsonObject } from "../../json.ts";
import { kerasRenormWeights } from "../../topology/keras_renorm.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import { modelNode } from "../../topology/layer_nodes.ts";
import { convertTopology } from "../../topology/convert_topology.ts";
import { layersModelDialect } from "./layers_model_topology.ts";
import { type LayerWeights, layerWeights } from "./layer_weights.ts";
import {
  readWeightGroups,
  type Weight,
  type WeightGroup,
  writeWeightGroups,
} from "./weights_manifest.ts";

/** A TensorFlow.js layers model as its files hold it. */
export interface LayersModelFiles {
  /** The parsed `model.json`. */
  readonly json: JsonObject;
  /** The weight shards by the paths that `weightsManifest` names. */
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

/** Which way, and the options of {@linkcode convertToBatchRenorm}, for a layers model. */
export interface ConvertLayersModelOptions extends ConvertToBatchRenormOptions {
  /** `"batch-norm"` goes back. Default `"batch-renorm"`. */
  to?: "batch-renorm" | "batch-norm";
  /**
   * Of a model that Keras trained with `renorm=True`, the averages that go on: those for inference,
   * so that it predicts the same bits, or those that its training corrected toward. Default
   * `"inference"`.
   */
  statistics?: "inference" | "training";
}

/**
 * Converts a TensorFlow.js layers model and its weights, in memory; nothing that was given changes.
 *
 * The weights of a batch norm fit a batch renorm as they are, quantised or not. Of a model that
 * Keras trained with `renorm=True`, which TensorFlow.js refuses to load, the three extra weights of
 * each layer go: without loss for inference.
 *
 * @param files `model.json` and its shards.
 * @param options As for {@linkcode convertToBatchRenorm}, and `to`, `statistics`.
 * @returns The new `json` and `shards`, what was converted and skipped; prints as a table.
 * @throws {ModelFileError} For files that are no valid layers model.
 * @throws {TypeError} For options or layers that cannot be converted.
 * @throws {RangeError} For an option out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertLayersModel } from "@renorm/convert";
 *
 * const norm = { class_name: "BatchNormalization", config: { name: "bn", renorm: true } };
 * const weight = (name: string) => ({ name: `bn/${name}`, shape: [1], dtype: "float32" });
 * const names = ["gamma", "moving_mean", "moving_variance", "moving_stddev"];
 * const json = {
 *   modelTopology: { class_name: "Sequential", config: { name: "net", layers: [norm] } },
 *   weightsManifest: [{ paths: ["weights.bin"], weights: names.map(weight) }],
 * };
 * const shards = new Map([["weights.bin", new Uint8Array(16)]]);
 * const plain = convertLayersModel({ json, shards }, { to: "batch-norm" });
 * assert.equal(plain.shards.get("weights.bin")?.length, 12);
 * ```
 */
export function convertLayersModel(
  files: LayersModelFiles,
  options: ConvertLayersModelOptions = {},
): ConversionReport & LayersModelFiles {
  const { to = "batch-renorm", statistics = "inference", ...rest } = options;
  if (!["inference", "training"].includes(statistics)) {
    const wanted = 'statistics to be "inference" or "training"';
    throw new RangeError(expects("convertLayersModel", wanted, show(statistics)));
  }
  const file = "model.json";
  if (!modelNode(files.json)) {
    throw new ModelFileError(file, "modelTopology", "a layers model", show(files.json));
  }
  const json = structuredClone(files.json);
  const groups = readWeightGroups(json, files.shards, file);
  const own = layerWeights(json, groups);
  const { model, done, report } = convertTopology(to, json, rest, layersModelDialect, own);
  const foreign = done.filter(({ node }) => layersModelDialect.isForeign?.(node));
  if (foreign.length === 0) return { ...report, json: model, shards: files.shards };
  const epsOf = foreign.map(({ node, layer }) => [node, "eps" in layer ? layer.eps : 0] as const);
  const changed = withoutKerasWeights(groups, own, new Map(epsOf), statistics);
  const { manifest, shards } = writeWeightGroups(changed);
  return { ...report, json: { ...model, weightsManifest: manifest }, shards };
}

/**
 * The weights without the three that Keras' batch renorm has beyond batch norm's.
 *
 * @param layers The layers and their epsilon.
 */
function withoutKerasWeights(
  groups: readonly WeightGroup[],
  { find, values }: LayerWeights,
  layers: ReadonlyMap<JsonObject, number>,
  statistics: "inference" | "training",
): WeightGroup[] {
  const dropped = new Set<Weight | null>();
  const replaced = new Map<Weight | null, Float32Array>();
  for (const [layer, epsilon] of layers) {
    for (const name of kerasRenormWeights) dropped.add(find(layer, name));
    if (statistics === "inference") continue;
    const mean = values(layer, "renorm_mean");
    const stddev = values(layer, "renorm_stddev");
    // Keras tracks √(variance + epsilon).
    const variance = stddev?.map((value) => Math.max(0, value * value - epsilon));
    if (mean) replaced.set(find(layer, "moving_mean"), mean);
    if (variance) replaced.set(find(layer, "moving_variance"), variance);
  }
  return groups.map((group) => ({
    ...group,
    weights: group.weights.filter((weight) => !dropped.has(weight)).map((weight) => {
      const values = replaced.get(weight);
      if (!values) return weight;
      const { quantization: _none, ...spec } = weight.spec;
      return { ...weight, spec, bytes: new Uint8Array(values.buffer) };
    }),
  }));
}
