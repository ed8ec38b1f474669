/**
 * The `.h5` models of Keras 2 and 3: the config as an attribute, and below `model_weights` a group
 * a layer, whose attribute `weight_names` lists its weights in their order.
 */
import { show } from "@renorm/core-math/checks";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { JsonObject } from "../../json.ts";
import { childLayers, type LayerNode } from "../../topology/layer_nodes.ts";
import { ownClass } from "../../topology/layer_class.ts";
import { type LayerGroup, layerGroup } from "./keras_hdf5_groups.ts";
import { readTexts, textAttribute, withTexts } from "./hdf5_texts.ts";
import { emptyGroup, readHdf5, writeHdf5 } from "./hdf5_tree.ts";
import { type KerasModel, parseKerasConfig } from "./keras_model.ts";

const weightsGroup = "model_weights";

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(start: Uint8Array): boolean {
  return [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10].every((byte, i) => start[i] === byte);
}

/** Reads a model. */
export async function readKerasHdf5(bytes: Uint8Array, file: string): Promise<KerasModel> {
  const tree = await readHdf5(bytes, file);
  const [config] = readTexts(tree, "model_config") ?? [];
  const stored = tree.groups.get(weightsGroup);
  if (config === undefined || !stored) {
    const wanted = "an HDF5 model of Keras, with its config and its weights";
    const way = 'weights or data alone: load them into their model, and model.save("model.keras")';
    throw new ModelFileError(file, "HDF5 (.h5)", wanted, way);
  }
  const model = parseKerasConfig(config, file);
  const layers = new Map<string, LayerGroup>();
  for (const { node, name } of childLayers(model)) {
    const group = stored.groups.get(name);
    if (group) layers.set(name, layerGroup(node as LayerNode, group, file));
    else if (holdsNorm(node)) {
      throw new ModelFileError(file, weightsGroup, `a group of ${show(name)}`, "none");
    }
  }
  const all = [...layers.values()].flatMap(({ parts }) => parts);
  const groups = new Map(all.map(({ node, variables }) => [node, variables]));
  const weights = emptyGroup();
  const optimizer = tree.groups.get("optimizer_weights");
  if (optimizer) weights.groups.set("optimizer", optimizer);
  return { model, weights, groups, write };

  async function write(changed: LayerNode): Promise<Uint8Array> {
    const others = new Map(tree.groups);
    const { training_config: training, ...attributes } = tree.attributes;
    const hasOptimizer = weights.groups.has("optimizer");
    if (!hasOptimizer) others.delete("optimizer_weights");
    const names = new Set(childLayers(changed).map(({ name }) => name));
    const below = new Map([...stored!.groups].filter(([name]) => names.has(name)));
    for (const [name, group] of layers) {
      if (names.has(name)) below.set(name, group.write((node) => groups.has(node)));
    }
    const listed = (readTexts(stored!, "layer_names") ?? [...below.keys()])
      .filter((name) => below.has(name));
    const kept = {
      ...stored!,
      groups: below,
      attributes: withTexts(stored!, "layer_names", listed),
    };
    others.set(weightsGroup, kept);
    return await writeHdf5({
      ...tree,
      groups: others,
      attributes: {
        ...attributes,
        ...training && (hasOptimizer || !optimizer) && { training_config: training },
        model_config: textAttribute(JSON.stringify(changed)),
      },
    });
  }
}

function holdsNorm(node: JsonObject): boolean {
  return ownClass(node) === "BatchNormalization" ||
    childLayers(node).some(({ node: below }) => holdsNorm(below));
}
