/**
 * Where the JSON of a functional model says which layer reads which. A reference is a list that
 * begins with a layer's name, the index of its call and that of its output, in both libraries.
 */
import { groupBy } from "../group_by.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { layerList, layerName } from "./layer_nodes.ts";

type Reference = [layer: string, call: number, output: number, ...rest: unknown[]];

/** The calls of a layer. */
export function callsOf(node: JsonObject): unknown[] {
  return Array.isArray(node.inbound_nodes) ? node.inbound_nodes : [];
}

/** All references within a value. */
export function references(value: unknown): Reference[] {
  if (isReference(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(references);
  return isJsonObject(value) ? Object.values(value).flatMap(references) : [];
}

/** Takes layers out of the lists of their models: what read one reads that which it went into. */
export function removeLayers(
  removed: readonly { model: JsonObject; norm: JsonObject; layer: JsonObject }[],
): void {
  for (const [model, pairs] of groupBy(removed, ({ model }) => model)) {
    const list = layerList(model)!;
    const gone = new Set<unknown>(pairs.map(({ norm }) => norm));
    const names = new Map(pairs.map(({ norm, layer }) => [layerName(norm), layerName(layer)!]));
    const kept = list.filter((node) => !gone.has(node));
    kept.forEach((node, i) => list[i] = node);
    list.length = kept.length;
    const config = isJsonObject(model.config) ? model.config : {};
    const readers = list.map((node) => isJsonObject(node) ? node.inbound_nodes : null);
    for (const found of references([readers, config.output_layers])) {
      found[0] = names.get(found[0]) ?? found[0];
    }
  }
}

function isReference(value: unknown): value is Reference {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number" &&
    typeof value[2] === "number";
}

/** Whether a call says `training=true`: TensorFlow.js beside its reference, Keras 3 in `kwargs`. */
export function trainsAlways(call: unknown): boolean {
  if (Array.isArray(call)) return call.some(trainsAlways);
  if (!isJsonObject(call)) return false;
  if (call.training === true) return true;
  return isJsonObject(call.kwargs) && call.kwargs.training === true;
}

/** Tells in how many places of a model a layer stands: Keras 3 numbers those that are shared. */
export function timesShared(model: JsonObject): (layer: JsonObject) => number {
  const times = new Map<unknown, number>();
  const count = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(count);
    if (!isJsonObject(value)) return;
    const { shared_object_id: id } = value;
    if (id !== undefined && id !== null) times.set(id, (times.get(id) ?? 0) + 1);
    Object.values(value).forEach(count);
  };
  count(model);
  return ({ shared_object_id: id }) => times.get(id) ?? 1;
}
