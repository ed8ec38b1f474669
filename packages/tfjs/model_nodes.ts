/** The layers of a live model beside their nodes in its JSON, under names that are unique in it. */
import type { JsonObject } from "@renorm/convert";
import { type CopiedLayer, layerCalled } from "./copy_model.ts";

/** A layer, or a model within, and its node. */
export interface ModelNode {
  /** Its name; with a mark where another layer of the whole model has the same. */
  readonly name: string;
  readonly node: JsonObject;
  readonly layer: CopiedLayer;
}

/** What stands around the number that makes a name unique. */
const mark = /#\d+#/g;

/** Pairs nodes and layers, a model before its layers. */
export function pairNodes(model: JsonObject, live: CopiedLayer): ModelNode[] {
  return nodesOf(model).flatMap((node, i) => {
    const name = (node.config as JsonObject).name as string;
    const layer = layerCalled(live.layers!, unmarked(name), i);
    const own = { name, node, layer };
    return layer.layers ? [own, ...pairNodes(node, layer)] : [own];
  });
}

/** Calls `use` with the name and config of every layer below a model. */
export function forEachNode(
  model: JsonObject,
  use: (name: string, config: JsonObject) => void,
): void {
  for (const node of nodesOf(model)) {
    const config = node.config as JsonObject;
    use(config.name as string, config);
    forEachNode(node, use);
  }
}

/** Marks the names in the JSON that more than one layer has, as in two nested models. */
export function markNames(model: JsonObject): void {
  const taken = new Set<string>();
  renameNodes(model, (name) => {
    if (!taken.has(name)) return taken.add(name) && name;
    return `${name}#${taken.size}#`;
  });
}

/** Takes the marks away again. */
export function unmarkNames(model: JsonObject): void {
  renameNodes(model, unmarked);
}

/** A text without the marks. */
export function unmarked(text: string): string {
  return text.replace(mark, "");
}

function renameNodes(model: JsonObject, rename: (name: string) => string): void {
  const names = new Map<string, string>();
  for (const node of nodesOf(model)) {
    const config = node.config as JsonObject;
    const name = config.name as string;
    const wanted = rename(name);
    names.set(name, wanted);
    config.name = wanted;
    if ("name" in node) node.name = wanted;
    renameNodes(node, rename);
  }
  const { input_layers, output_layers } = model.config as JsonObject;
  const readers = nodesOf(model).map((node) => node.inbound_nodes);
  renameReferences([readers, input_layers, output_layers], names);
}

/** References are lists that begin with a layer's name and the number of its call. */
function renameReferences(value: unknown, names: ReadonlyMap<string, string>): void {
  if (!Array.isArray(value)) return;
  if (typeof value[0] === "string" && typeof value[1] === "number") {
    value[0] = names.get(value[0]) ?? value[0];
  } else value.forEach((inner) => renameReferences(inner, names));
}

/** The layers of a model; none for any other node. */
function nodesOf({ config }: JsonObject): JsonObject[] {
  const layers = Array.isArray(config) ? config : (config as JsonObject).layers;
  return Array.isArray(layers) ? layers as JsonObject[] : [];
}
