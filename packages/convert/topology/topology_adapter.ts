import type { JsonObject } from "../json.ts";
import type { ModelAdapter } from "../model_adapter.ts";
import type { NormLayer, NormVectors, UnsupportedLayer } from "../norm_layer.ts";
import { childLayers, isLayerNode, type LayerNode, replaceLayer } from "./layer_nodes.ts";
import { freezeNode, printNode } from "./norm_node.ts";

/** How a library that writes its models as layer nodes spells batch norm and batch renorm. */
export interface NormDialect {
  /** The batch norm or batch renorm that a node with such a name is. */
  read(node: LayerNode): NormLayer | UnsupportedLayer;
  /** A copy of `node` that is `layer`. */
  create(node: JsonObject, layer: NormLayer): JsonObject;
  /** Whether the library cannot load `node`. */
  isForeign?(node: JsonObject): boolean;
}

const noVectors: NormVectors = { weight: null, bias: null, runningMean: null, runningVar: null };

/** Reads a topology, nested models and wrappers included, in a library's dialect. */
export function topologyAdapter(
  dialect: NormDialect,
  vectors: (node: JsonObject) => NormVectors = () => noVectors,
): ModelAdapter<JsonObject> {
  return {
    children: childLayers,
    read(node) {
      if (!isLayerNode(node) || !/BatchNorm|BatchRenorm/.test(node.class_name)) return null;
      return dialect.read(node);
    },
    create: dialect.create,
    replace: replaceLayer,
    freeze: freezeNode,
    isForeign: (node) => dialect.isForeign?.(node) ?? false,
    vectors,
    describe: (node) => isLayerNode(node) ? printNode(node) : null,
  };
}
