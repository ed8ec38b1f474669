import type { JsonObject } from "../json.ts";
import { foldablePairs, type UnfoldableNorm } from "./foldable_pairs.ts";
import { readNormNode } from "./norm_node.ts";
import { ownClass } from "./layer_class.ts";

/** A batch norm of a topology and the layer it goes into, by paths. */
export interface TopologyPair {
  readonly path: string;
  readonly into: string;
  readonly eps: number;
  /** Whether PyTorch would keep the layer's outputs on the second axis of its weight. */
  readonly isTransposed: boolean;
}

/** What a topology says of its batch norms: the layer of each, or why it has none. */
export function topologyPairs(model: JsonObject): (TopologyPair | UnfoldableNorm)[] {
  const isNorm = (node: JsonObject) =>
    /^Batch(Normalization(V[12])?|Renormalization)$/.test(ownClass(node) ?? "");
  return foldablePairs(model, (node) => isNorm(node) ? readNormNode(node, null) : null)
    .map((found) => {
      if ("reason" in found) return found;
      const { path, into, layer, eps } = found;
      return { path, into, eps, isTransposed: /Transpose/.test(ownClass(layer)!) };
    });
}
