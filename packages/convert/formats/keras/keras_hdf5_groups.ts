/** The weights in the group that an `.h5` model of Keras has for each layer. */
import { show } from "@renorm/core-math/checks";
import { ModelFileError } from "../../files/model_file_error.ts";
import { addTo, groupBy } from "../../group_by.ts";
import type { JsonObject } from "../../json.ts";
import { kerasRenormWeights } from "../../topology/keras_renorm.ts";
import { childLayers, layerList, layerName, type LayerNode } from "../../topology/layer_nodes.ts";
import { ownClass } from "../../topology/layer_class.ts";
import { readTexts, withTexts } from "./hdf5_texts.ts";
import { emptyGroup, type Hdf5Group, type Hdf5Values } from "./hdf5_tree.ts";

/** The weights of a layer, within the group of the outermost model's layer that it is of. */
export interface LayerWeights {
  readonly node: JsonObject;
  /** Their names in the file. */
  readonly names: readonly string[];
  /** Their values, numbered as those of a `.keras` archive are. */
  readonly variables: Hdf5Group;
}

/** The group of a layer of the outermost model. */
export interface LayerGroup {
  /** The layers whose weights are in it: that layer itself, or those of it that are no models. */
  readonly parts: readonly LayerWeights[];
  /** The group with what the parts hold now, but for those of which `isKept` says no. */
  write(isKept: (node: JsonObject) => boolean): Hdf5Group;
}

/** Reads a layer's group. */
export function layerGroup(layer: LayerNode, group: Hdf5Group, file: string): LayerGroup {
  const names = readTexts(group, "weight_names") ?? [];
  const values = new Map(names.map((name) => [name, valuesAt(group, name, file)]));
  const owners = ownersOf(layer, names, file);
  const parts = [...groupBy(names.filter((name) => owners.has(name)), (name) => owners.get(name)!)]
    .map(([node, names]) => ({ node, names, variables: numbered(names, values) }));
  return { parts, write };

  function write(isKept: (node: JsonObject) => boolean): Hdf5Group {
    if (names.length === 0) return group;
    const written = { ...emptyGroup(), datasets: group.datasets };
    const listed = new Map<string, Hdf5Values>();
    const partOf = new Map(parts.map((part) => [part.node, part]));
    // Keras reads them by their order, in which what was added follows what it was added to.
    for (const name of names) {
      const owner = owners.get(name);
      const part = owner && partOf.get(owner);
      if (!part) listed.set(name, values.get(name)!);
      else if (isKept(part.node)) {
        const now = [...part.variables.groups.get("vars")!.datasets.values()];
        const index = part.names.indexOf(name);
        if (index < now.length) listed.set(name, now[index]);
        if (index < part.names.length - 1) continue;
        now.slice(part.names.length).forEach((added, i, all) =>
          listed.set(newName(name, i, all.length), added)
        );
      }
    }
    for (const [name, value] of listed) put(written, name.split("/"), value);
    return { ...written, attributes: withTexts(group, "weight_names", [...listed.keys()]) };
  }
}

/**
 * The layer that each weight is of, as far as its name tells: of the layers within a model that
 * whose name stands last in it. A wrapper has the weights of its one layer.
 */
function ownersOf(
  layer: LayerNode,
  names: readonly string[],
  file: string,
): Map<string, JsonObject> {
  const inner = layersWithin(layer);
  const isPlain = inner.length === 0;
  const isWrapper = inner.length === 1 && layerList(layer) === null;
  if (isPlain || isWrapper) return new Map(names.map((name) => [name, isPlain ? layer : inner[0]]));
  const byName = new Map<string | null, LayerNode[]>();
  for (const node of inner) addTo(byName, layerName(node), node);
  const owners = new Map<string, JsonObject>();
  const fail = (wanted: string, got: string): never => {
    throw new ModelFileError(file, `weights of ${show(layerName(layer))}`, wanted, got);
  };
  for (const name of names) {
    const owner = name.split("/").slice(0, -1).findLast((part) => byName.has(part));
    if (owner === undefined) continue;
    const nodes = byName.get(owner)!;
    if (nodes.length > 1) {
      fail("names that tell whose they are", `two layers called ${show(owner)}`);
    }
    owners.set(name, nodes[0]);
  }
  const found = new Set(owners.values());
  const norm = inner.find((node) => ownClass(node) === "BatchNormalization" && !found.has(node));
  if (norm && names.length > 0) fail(`those of ${show(layerName(norm))}`, show(names.slice(0, 4)));
  return owners;
}

/**
 * The layers of a model or a wrapper within the model, at any depth, that are no models themselves.
 */
function layersWithin(node: JsonObject): LayerNode[] {
  return childLayers(node).flatMap(({ node: child }) => {
    const below = layersWithin(child);
    return below.length > 0 ? below : [child as LayerNode];
  });
}

/** The name of a weight that was added: a bias, or one of the three that batch renorm has more. */
function newName(last: string, index: number, added: number): string {
  const suffix = last.endsWith(":0") ? ":0" : "";
  const short = added === kerasRenormWeights.length ? kerasRenormWeights[index] : "bias";
  return `${last.slice(0, last.lastIndexOf("/") + 1)}${short}${suffix}`;
}

function valuesAt(group: Hdf5Group, name: string, file: string): Hdf5Values {
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

function numbered(
  names: readonly string[],
  values: ReadonlyMap<string, Hdf5Values>,
): Hdf5Group {
  const datasets = new Map(names.map((name, i) => [String(i), values.get(name)!]));
  return { ...emptyGroup(), groups: new Map([["vars", { ...emptyGroup(), datasets }]]) };
}
