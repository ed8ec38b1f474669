/** Which batch norms of a topology can go into the layer before them. */
import { isJsonObject, type JsonObject } from "../json.ts";
import type { NormLayer, UnsupportedLayer } from "../norm_layer.ts";
import { foldableClasses } from "./foldable_classes.ts";
import { callsOf, references, timesShared, trainsAlways } from "./layer_calls.ts";
import { type LayerGraph, layerGraph } from "./layer_graph.ts";
import { childLayers, layerName } from "./layer_nodes.ts";
import { ownClass, shownClass } from "./layer_class.ts";
import { ranksAfter } from "./output_rank.ts";

/** A batch norm and the layer whose output it is the only one to read. */
export interface FoldablePair {
  /** Path of the batch norm, and of the layer. */
  readonly path: string;
  readonly into: string;
  readonly norm: JsonObject;
  readonly layer: JsonObject;
  /** Added to the norm's variance under the root. */
  readonly eps: number;
  /** The model that holds both. */
  readonly model: JsonObject;
}

/** A batch norm that stays. */
export interface UnfoldableNorm {
  readonly path: string;
  readonly reason: string;
}

/** Sorts the batch norms below `model`, as `read` tells them, and what may hold one. */
export function foldablePairs(
  model: JsonObject,
  read: (node: JsonObject) => NormLayer | UnsupportedLayer | null,
): (FoldablePair | UnfoldableNorm)[] {
  const shared = timesShared(model);
  const root = read(model);
  const own = root && "unsupported" in root
    ? [{ path: "", reason: `${root.text}: ${root.unsupported}` }]
    : [];
  return [...own, ...visit(model, "")];

  function visit(model: JsonObject, path: string): (FoldablePair | UnfoldableNorm)[] {
    const graph = layerGraph(model);
    const rankAfter = graph ? ranksAfter(graph) : () => null;
    return childLayers(model).flatMap(({ name, node }) => {
      const below = path === "" ? name : `${path}.${name}`;
      const norm = read(node);
      if (!norm) return visit(node, below);
      if (!("unsupported" in norm)) return [sort(node, below, norm.eps)];
      const within = norm.isHolder ? visit(node, below) : [];
      return [{ path: below, reason: `${norm.text}: ${norm.unsupported}` }, ...within];
    });

    function sort(norm: JsonObject, below: string, eps: number) {
      const layer = graph ? layerBefore(graph, norm) : "a wrapper holds it";
      if (typeof layer === "string") return { path: below, reason: layer };
      const reason = [norm, layer].some((one) => shared(one) > 1)
        ? `it or ${layerName(layer)} before it stands in more than one model`
        : reasonAgainst(layer, norm, rankAfter);
      if (reason) return { path: below, reason };
      const name = layerName(layer) ?? "";
      return { path: below, into: path === "" ? name : `${path}.${name}`, norm, layer, eps, model };
    }
  }
}

/** The layer that alone feeds `norm` and feeds nothing else; or why there is none. */
function layerBefore(graph: LayerGraph, norm: JsonObject): JsonObject | string {
  const isTwice = (node: JsonObject) => graph.named(layerName(node)).length > 1;
  if (isTwice(norm)) return "it is used more than once";
  if (graph.isSequential) {
    const before = graph.before(norm);
    if (!before) return "nothing stands before it";
    return isTwice(before) ? `${layerName(before)} is used more than once` : before;
  }
  const calls = callsOf(norm);
  const inputs = calls.length === 1 ? references(calls[0]) : [];
  if (inputs.length !== 1) return "it is used more than once";
  if (trainsAlways(calls[0])) return "it is called with training=true: it takes batch statistics";
  const [name] = inputs[0];
  const [layer] = graph.named(name);
  if (!layer) return `the layer before it is not there: ${name}`;
  if (callsOf(layer).length > 1 || isTwice(layer)) return `${name} is used more than once`;
  return graph.timesRead(name) === 1 ? layer : `${name} feeds others too`;
}

function reasonAgainst(
  layer: JsonObject,
  norm: JsonObject,
  rankAfter: (layer: JsonObject) => number | null,
): string | null {
  const name = layerName(layer);
  const config = isJsonObject(layer.config) ? layer.config : {};
  const foldable = foldableClasses[ownClass(layer) ?? ""];
  if (!foldable) return `${name} before it is no convolution or dense layer: ${shownClass(layer)}`;
  if (!isLinear(config.activation)) {
    return `${name} has an activation between: ${JSON.stringify(config.activation)}`;
  }
  const { axis: given = -1 } = norm.config as JsonObject;
  const axis = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const { dimensions } = foldable;
  const rank = dimensions > 0 ? dimensions + 2 : rankAfter(layer);
  const fromEnd = rank !== null && Number(axis) >= 0 ? Number(axis) - rank : Number(axis);
  const isFirst = dimensions > 0 && config.data_format === "channels_first";
  if (typeof axis !== "number" || fromEnd !== (isFirst ? -1 - dimensions : -1)) {
    return `its axis ${JSON.stringify(given)} may not be the channels of ${name}`;
  }
  return null;
}

/** Whether an activation is none: by name, and no function of somebody else's of that name. */
function isLinear(activation: unknown): boolean {
  if (!isJsonObject(activation)) return [undefined, null, "linear"].includes(activation as string);
  const { config, registered_name: registered } = activation;
  return config === "linear" &&
    [undefined, null, "linear", "function"].includes(registered as string);
}
