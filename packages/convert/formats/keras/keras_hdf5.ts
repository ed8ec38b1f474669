/**
 * The `.h5` models of Keras 2 and 3: the config as an attribute, and below `model_weights` a group a
 * layer, whose attribute `weight_names` lists its weights in their order.
 */
import { show } from "@renorm/core-math/checks";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { JsonObject } from "../../json.ts";
import { kerasRenormWeights } from "../../topology/keras_renorm.ts";
import { isLayerNode, layerList, layerName, type LayerNode } from "../../topology/layer_nodes.ts";
import { type Hdf5Group, type Hdf5Values, readHdf5, writeHdf5 } from "./hdf5_tree.ts";
import { type KerasArchive, parseKerasConfig } from "./keras_archive.ts";

const weightsGroup = "model_weights";

/** The weights of a layer, within the group of the outermost model's layer that it is of. */
interface LayerWeights {
  readonly node: JsonObject;
  /** Their names in the file. */
  readonly names: readonly string[];
  /** Their values, numbered as those of a `.keras` archive are. */
  readonly variables: Hdf5Group;
}

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(start: Uint8Array): boolean {
  return [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10].every((byte, i) => start[i] === byte);
}

/** Reads a model, in the form of an archive. */
export async function readKerasHdf5(bytes: Uint8Array, file: string): Promise<KerasArchive> {
  const tree = await readHdf5(bytes, file);
  const [config] = texts(tree, "model_config") ?? [];
  const stored = tree.groups.get(weightsGroup);
  if (config === undefined || !stored) {
    const wanted = "an HDF5 model of Keras, with its config and its weights";
    const way = 'weights or data alone: load them into their model, and model.save("model.keras")';
    throw new ModelFileError(file, "HDF5 (.h5)", wanted, way);
  }
  const model = parseKerasConfig(config, file);
  const layers = new Map<string, LayerWeights[]>();
  for (const layer of layerList(model) ?? []) {
    const name = isLayerNode(layer) ? layerName(layer) : null;
    const group = name === null ? undefined : stored.groups.get(name);
    if (name !== null && group) layers.set(name, weightsOf(layer as LayerNode, group, file));
  }
  const all = [...layers.values()].flat();
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
    const kept = [...layers].map(([name, parts]) =>
      [name, layerGroup(parts.filter(({ node }) => groups.has(node)))] as const
    );
    const names = new Set((layerList(changed) ?? []).map((node) => layerName(node as JsonObject)));
    const below = new Map([...stored!.groups].filter(([name]) => names.has(name)));
    for (const [name, group] of kept) if (names.has(name)) below.set(name, group);
    const listed = (texts(stored!, "layer_names") ?? [...below.keys()]).filter((name) =>
      below.has(name)
    );
    others.set(weightsGroup, {
      groups: below,
      datasets: stored!.datasets,
      attributes: { ...stored!.attributes, layer_names: textAttribute(...listed) },
    });
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

/** The weights in a layer's group; of a model within the model, those of each of its layers. */
function weightsOf(layer: LayerNode, group: Hdf5Group, file: string): LayerWeights[] {
  const names = texts(group, "weight_names") ?? [];
  const values = new Map(names.map((name) => [name, datasetAt(group, name, file)]));
  const inner = layersWithin(layer);
  if (inner.length === 0) {
    return [{ node: layer, names, variables: numbered([...values.values()]) }];
  }
  const used = new Set<string>();
  const found = inner.flatMap((node) => {
    const own = names.filter((name) => ownerOf(name) === layerName(node));
    own.forEach((name) => used.add(name));
    return own.length === 0
      ? []
      : [{ node, names: own, variables: numbered(own.map((name) => values.get(name)!)) }];
  });
  const stray = names.find((name) => !used.has(name));
  const twice = inner.map(layerName).find((name, i, all) => all.indexOf(name) !== i);
  if (stray !== undefined || twice !== undefined) {
    const got = twice === undefined ? show(stray) : `two layers called ${show(twice)}`;
    const place = `weights of ${show(layerName(layer))}`;
    throw new ModelFileError(file, place, "names that tell whose they are", got);
  }
  return found;
}

/** The layers of a model or a wrapper within the model, at any depth, that are no models themselves. */
function layersWithin(node: JsonObject): LayerNode[] {
  const config = node.config as JsonObject;
  const children = layerList(node) ??
    ["layer", "forward_layer", "backward_layer"].map((key) => config[key]);
  return children.filter(isLayerNode).flatMap((child) => {
    const below = layersWithin(child);
    return below.length > 0 ? below : [child];
  });
}

/** The group of the outermost layer that has these weights. */
function layerGroup(parts: readonly LayerWeights[]): Hdf5Group {
  const group = emptyGroup();
  const names = parts.flatMap((part) => {
    const values = [...part.variables.groups.get("vars")!.datasets.values()];
    return values.map((value, i) => {
      const name = part.names[i] ?? newName(part.names, i - part.names.length, values.length);
      put(group, name.split("/"), value);
      return name;
    });
  });
  return { ...group, attributes: { weight_names: textAttribute(...inKerasOrder(names)) } };
}

/** The name of a weight that was added: a bias, or one of the three that batch renorm has more. */
function newName(names: readonly string[], index: number, count: number): string {
  const last = names.at(-1)!;
  const suffix = last.endsWith(":0") ? ":0" : "";
  const added = count - names.length;
  const short = added === kerasRenormWeights.length ? kerasRenormWeights[index] : "bias";
  return `${last.slice(0, last.lastIndexOf("/") + 1)}${short}${suffix}`;
}

/** Keras lists the weights that train before those that do not. */
function inKerasOrder(names: readonly string[]): string[] {
  const moves = (name: string) => /\/(moving_|renorm_)[^/]*$/.test(name);
  return [...names.filter((name) => !moves(name)), ...names.filter(moves)];
}

/** The layer in a weight's name: the last part but one. */
function ownerOf(name: string): string | undefined {
  return name.split("/").at(-2);
}

function datasetAt(group: Hdf5Group, name: string, file: string): Hdf5Values {
  const parts = name.split("/");
  const last = parts.pop()!;
  const holder = parts.reduce<Hdf5Group | undefined>((at, part) => at?.groups.get(part), group);
  const found = holder?.datasets.get(last);
  if (!found) throw new ModelFileError(file, "weight_names", "names of weights", show(name));
  return found;
}

function put(group: Hdf5Group, [first, ...rest]: string[], values: Hdf5Values): void {
  if (rest.length === 0) return void group.datasets.set(first, values);
  const below = group.groups.get(first) ?? emptyGroup();
  group.groups.set(first, below);
  put(below, rest, values);
}

function numbered(values: readonly Hdf5Values[]): Hdf5Group {
  const vars = { ...emptyGroup(), datasets: new Map(values.map((value, i) => [String(i), value])) };
  return { ...emptyGroup(), groups: new Map([["vars", vars]]) };
}

function emptyGroup(): Hdf5Group {
  return { groups: new Map(), datasets: new Map(), attributes: {} };
}

/** The texts of an attribute. */
function texts({ attributes }: Hdf5Group, name: string): string[] | null {
  const values = attributes[name]?.values;
  if (typeof values === "string") return [values];
  return Array.isArray(values) && values.every((value) => typeof value === "string")
    ? values
    : null;
}

function textAttribute(...values: string[]) {
  return { values, shape: [values.length], dtype: "S" };
}
