import type { JsonObject } from "../json.ts";
import type { ModelAdapter } from "../model_adapter.ts";
import type { NormLayer, NormVectors, UnsupportedLayer } from "../norm_layer.ts";
import { shownClass } from "./layer_class.ts";
import {
  childLayers,
  isLayerNode,
  type LayerNode,
  modelNode,
  replaceLayer,
} from "./layer_nodes.ts";
import { freezeNode, printNode } from "./norm_node.ts";

/** How a library that writes its models as layer nodes spells batch norm and batch renorm. */
export interface NormDialect {
  /**
   * The batch norm or batch renorm that a node with such a name is; null for a class it does not
   * know.
   */
  read(node: LayerNode): NormLayer | UnsupportedLayer | null;
  /** A copy of `node` that is `layer`. */
  create(node: JsonObject, layer: NormLayer): JsonObject;
  /** Whether the library cannot load `node`. */
  isForeign?(node: JsonObject): boolean;
}

/** What the weights beside a topology say; nothing is known without. */
export interface TopologyWeights {
  /** The values of a batch norm. */
  vectors(node: JsonObject): NormVectors;
  /** What a layer that is no batch norm holds of one; null for nothing. */
  hiddenNorm(node: JsonObject): string | null;
}

const noVectors: NormVectors = { weight: null, bias: null, runningMean: null, runningVar: null };

/** Reads a topology, nested models and wrappers included, in a library's dialect. */
export function topologyAdapter(
  dialect: NormDialect,
  { vectors = () => noVectors, hiddenNorm = () => null }: Partial<TopologyWeights>,
): ModelAdapter<JsonObject> {
  return {
    children: childLayers,
    read(node) {
      const layer = modelNode(node);
      if (!layer) return null;
      if (layer === node && /BatchNorm|BatchRenorm/.test(layer.class_name)) {
        const unsupported = `${shownClass(layer)} is no class we know`;
        return dialect.read(layer) ?? { text: printNode(layer), unsupported };
      }
      const unsupported = hiddenNorm(layer);
      return unsupported === null ? null : { text: printNode(layer), unsupported, isHolder: true };
    },
    create: dialect.create,
    replace: replaceLayer,
    freeze: freezeNode,
    isForeign: (node) => dialect.isForeign?.(node) ?? false,
    vectors,
    describe: (node) => isLayerNode(node) ? printNode(node) : null,
  };
}
