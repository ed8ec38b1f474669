/**
 * The layers in the JSON of Keras and TensorFlow.js models: `{ class_name, config }`, with the
 * layers of a model in `config.layers` (in old files `config` itself) and that of a wrapper in
 * `config.layer`.
 */
import type { Child } from "../model_adapter.ts";
import { isJsonObject, type JsonObject } from "../json.ts";

/** A layer or model in JSON. */
export interface LayerNode extends JsonObject {
  class_name: string;
  config: JsonObject | unknown[];
}

/** Whether a value is a layer or a model. */
export function isLayerNode(value: unknown): value is LayerNode {
  return isJsonObject(value) && typeof value.class_name === "string" &&
    typeof value.config === "object" && value.config !== null;
}

/** The fields of a wrapper's config that hold a layer. */
const wrapped = ["layer", "forward_layer", "backward_layer"];

/** A place that holds a layer. */
interface Slot {
  readonly name: string;
  node: JsonObject;
  readonly holder: JsonObject;
  readonly key: string;
}

/** The layers below a model or a wrapper. */
export function childLayers(node: JsonObject): Child<JsonObject>[] {
  return slotsOf(node).map(({ name, node }) => ({ name, node }));
}

/** Puts a layer where `parent` has the one called `name`. */
export function replaceLayer(parent: JsonObject, name: string, replacement: JsonObject): void {
  let slot = knownSlots.get(parent)?.get(name);
  // Looked up once for all layers of a model, unless somebody changed it meanwhile.
  if (!slot || slot.holder[slot.key] !== slot.node) {
    const slots = new Map(slotsOf(parent).map((slot) => [slot.name, slot]));
    knownSlots.set(parent, slots);
    slot = slots.get(name);
  }
  if (!slot) return;
  slot.holder[slot.key] = slot.node = replacement;
}

const knownSlots = new WeakMap<JsonObject, Map<string, Slot>>();

/** The list of layers of a model; null for any other node. */
export function layerList(node: JsonObject): unknown[] | null {
  const { config } = node;
  if (Array.isArray(config)) return config;
  return isJsonObject(config) && Array.isArray(config.layers) ? config.layers : null;
}

/** The model that a file's JSON holds, in whichever form; null when there is none. */
export function modelNode(json: unknown): LayerNode | null {
  if (!isJsonObject(json)) return null;
  if (isLayerNode(json)) return json;
  return modelNode(json.modelTopology ?? json.model_config ?? null);
}

/** The name of a layer. */
export function layerName(node: JsonObject): string | null {
  const { config } = node;
  const name = isJsonObject(config) ? config.name : undefined;
  return typeof name === "string" ? name : typeof node.name === "string" ? node.name : null;
}

function slotsOf(parent: JsonObject): Slot[] {
  const model = isLayerNode(parent) ? parent : modelNode(parent);
  if (!model) return [];
  const list = layerList(model);
  if (list) {
    const taken = new Set<string>();
    return list.flatMap((node, i) => {
      if (!isLayerNode(node)) return [];
      let name = layerName(node) ?? String(i);
      if (taken.has(name)) name = `${name}#${i}`;
      taken.add(name);
      return [{ name, node, holder: list as unknown as JsonObject, key: String(i) }];
    });
  }
  const config = model.config as JsonObject;
  return wrapped.flatMap((key) => {
    const node = config[key];
    return isLayerNode(node) ? [{ name: layerName(node) ?? key, node, holder: config, key }] : [];
  });
}
