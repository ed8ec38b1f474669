/** Which batch norms of a topology can go into the layer before them. */
import { isJsonObject, type JsonObject } from "../json.ts";
import { childLayers, isLayerNode, layerList, layerName } from "./layer_nodes.ts";
import { callsOf, references } from "./layer_calls.ts";

/** A batch norm and the layer whose output it is the only one to read. */
export interface FoldablePair {
  /** Path of the batch norm, and of the layer. */
  readonly path: string;
  readonly into: string;
  readonly norm: JsonObject;
  readonly layer: JsonObject;
  /** The model that holds both. */
  readonly model: JsonObject;
}

/** A batch norm that stays. */
export interface UnfoldableNode {
  readonly path: string;
  readonly reason: string;
}

/** Spatial dimensions of the classes that a batch norm folds into. */
const dimensions: Readonly<Record<string, number>> = {
  Dense: 0,
  Conv1D: 1,
  Conv2D: 2,
  Conv3D: 3,
  DepthwiseConv2D: 2,
  SeparableConv2D: 2,
  Conv2DTranspose: 2,
};

/** Sorts the batch norms below `model`; `isNorm` tells them. */
export function foldableNodes(
  model: JsonObject,
  isNorm: (node: JsonObject) => boolean,
  path = "",
): (FoldablePair | UnfoldableNode)[] {
  return childLayers(model).flatMap(({ name, node }) => {
    const below = path === "" ? name : `${path}.${name}`;
    if (!isNorm(node)) return foldableNodes(node, isNorm, below);
    const before = layerBefore(model, node);
    if (typeof before === "string") return [{ path: below, reason: before }];
    const reason = reasonAgainst(before, node);
    if (reason) return [{ path: below, reason }];
    const into = [...below.split(".").slice(0, -1), layerName(before)].join(".");
    return [{ path: below, into, norm: node, layer: before, model }];
  });
}

/** The layer that alone feeds `norm` and feeds nothing else; or why there is none. */
function layerBefore(model: JsonObject, norm: JsonObject): JsonObject | string {
  const list = layerList(model)?.filter(isLayerNode);
  if (!list) return "a wrapper holds it";
  if (model.class_name === "Sequential") {
    return list[list.indexOf(norm as typeof list[number]) - 1] ?? "nothing stands before it";
  }
  const calls = callsOf(norm);
  const inputs = calls.length === 1 ? references(calls[0]) : [];
  if (inputs.length !== 1) return "it is used more than once";
  const [name] = inputs[0];
  const layer = list.find((node) => layerName(node) === name);
  if (!layer) return `the layer before it is not there: ${name}`;
  if (callsOf(layer).length > 1) return `${name} is used more than once`;
  const readers = list.flatMap((node) => references(node.inbound_nodes));
  const outputs = references((model.config as JsonObject).output_layers);
  const uses = [...readers, ...outputs].filter(([read]) => read === name).length;
  return uses === 1 ? layer : `${name} feeds others too`;
}

function reasonAgainst(layer: JsonObject, norm: JsonObject): string | null {
  const name = layerName(layer);
  const config = isJsonObject(layer.config) ? layer.config : {};
  if (!Object.hasOwn(dimensions, String(layer.class_name))) {
    return `${name} before it is no convolution or dense layer: ${layer.class_name}`;
  }
  const { activation } = config;
  const named = isJsonObject(activation) ? activation.config : activation;
  if (![undefined, null, "linear"].includes(named as string | null | undefined)) {
    return `${name} has an activation between: ${JSON.stringify(activation)}`;
  }
  const { axis: given = -1 } = norm.config as JsonObject;
  const axis = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const spatial = dimensions[String(layer.class_name)];
  const isFirst = config.data_format === "channels_first";
  const channels = isFirst ? [1, -1 - spatial] : spatial > 0 ? [-1, spatial + 1] : [-1];
  if (!channels.includes(Number(axis))) {
    return `its axis ${JSON.stringify(given)} may not be the channels of ${name}`;
  }
  return null;
}
