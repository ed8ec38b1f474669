/** Where a `model.weights.h5` of Keras 3 keeps the variables of each layer. */
import { show } from "@renorm/core-math/checks";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { isLayerNode, layerList, layerName, type LayerNode } from "../../topology/layer_nodes.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import { ownClass } from "../../topology/layer_class.ts";
import type { Hdf5Group } from "./hdf5_tree.ts";

/**
 * Finds the group of every layer below `model`; its variables are in the group `vars` of it.
 *
 * @throws {ModelFileError} Where other layers have groups and a batch norm has none: the file names
 * them in a way that is not known.
 */
export function layerGroups(
  model: JsonObject,
  weights: Hdf5Group,
  file: string,
): Map<JsonObject, Hdf5Group> {
  const found = new Map<JsonObject, Hdf5Group>();
  visit(model, weights);
  return found;

  function visit(node: JsonObject, group: Hdf5Group): void {
    found.set(node, group);
    const container = containerOf(group);
    for (const [name, layer] of namedLayers(node)) {
      const below = container?.groups.get(name);
      if (below) visit(layer, below);
      else if (container && ownClass(layer) === "BatchNormalization") {
        const place = `weights of ${show(layerName(layer))}`;
        throw new ModelFileError(
          file,
          place,
          `a group ${name}`,
          show([...container.groups.keys()]),
        );
      }
    }
    const config = isJsonObject(node.config) ? node.config : {};
    for (const field of ["layer", "forward_layer", "backward_layer"]) {
      const wrapped = config[field];
      const below = group.groups.get(field);
      if (isLayerNode(wrapped) && below) visit(wrapped, below);
    }
  }
}

/** Where a group keeps those of its layers; tf.keras 2.13 had another name for it. */
function containerOf({ groups }: Hdf5Group): Hdf5Group | undefined {
  return groups.get("layers") ?? groups.get("_layer_checkpoint_dependencies");
}

/** Names the groups anew after layers were taken out, since Keras finds them by counting. */
export function renumberGroups(
  model: JsonObject,
  weights: Hdf5Group,
  groups: ReadonlyMap<JsonObject, Hdf5Group>,
): void {
  const container = containerOf(weights);
  if (!container) return;
  container.groups.clear();
  for (const [name, layer] of namedLayers(model)) {
    const group = groups.get(layer);
    if (!group) continue;
    container.groups.set(name, group);
    renumberGroups(layer, group, groups);
  }
}

/** The layers of a model by the names of their groups: the class, counted, since Keras makes up the
 * names of layers anew. */
function namedLayers(model: JsonObject): [name: string, layer: LayerNode][] {
  const used = new Map<string, number>();
  return (layerList(model) ?? []).filter(isLayerNode).map((layer) => {
    const name = snakeCase(layer.class_name);
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return [count === 0 ? name : `${name}_${count}`, layer];
  });
}

/** `BatchNormalization` as `batch_normalization`, `Conv2D` as `conv2d`. */
function snakeCase(name: string): string {
  return name.replace(/\W+/g, "").replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
}
