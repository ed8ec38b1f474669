/** Which layers of one model read which, looked up once for all of them. */
import { isJsonObject, type JsonObject } from "../json.ts";
import { addTo } from "../group_by.ts";
import { callsOf, references } from "./layer_calls.ts";
import { isLayerNode, layerList, layerName, type LayerNode } from "./layer_nodes.ts";
import { ownClass } from "./layer_class.ts";

/** The layers of a model. */
export interface LayerGraph {
  readonly model: JsonObject;
  readonly isSequential: boolean;
  /** The layers of a name: one, unless a list has a layer twice. */
  named(name: string | null): readonly LayerNode[];
  /** The layer before another in the list; in a sequential model, that which it reads. */
  before(node: JsonObject): LayerNode | undefined;
  /** How often layers and outputs of a functional model read the layer of a name. */
  timesRead(name: string): number;
  /** The layer that alone feeds another; undefined where there is none. */
  feeding(node: JsonObject): LayerNode | undefined;
}

/** Looks a model up; null for what has no list of layers. */
export function layerGraph(model: JsonObject): LayerGraph | null {
  const list = layerList(model)?.filter(isLayerNode);
  if (!list) return null;
  const isSequential = ownClass(model) === "Sequential";
  const byName = new Map<string | null, LayerNode[]>();
  for (const node of list) addTo(byName, layerName(node), node);
  const places = new Map(list.map((node, i) => [node as JsonObject, i]));
  const reads = isSequential ? new Map<string, number>() : countReads(model, list);
  const named = (name: string | null) => byName.get(name) ?? [];
  const before = (node: JsonObject) => list[(places.get(node) ?? 0) - 1];
  return {
    model,
    isSequential,
    named,
    before,
    timesRead: (name) => reads.get(name) ?? 0,
    feeding(node) {
      if (isSequential) return before(node);
      const inputs = references(callsOf(node)[0]);
      return inputs.length === 1 ? named(inputs[0][0])[0] : undefined;
    },
  };
}

function countReads(model: JsonObject, list: readonly LayerNode[]): Map<string, number> {
  const reads = new Map<string, number>();
  const outputs = isJsonObject(model.config) ? model.config.output_layers : null;
  for (const value of [...list.map((node) => node.inbound_nodes), outputs]) {
    for (const [name] of references(value)) reads.set(name, (reads.get(name) ?? 0) + 1);
  }
  return reads;
}
