import type { JsonObject } from "../json.ts";
import { foldableNodes, type UnfoldableNode } from "./foldable_nodes.ts";
import { readNormNode } from "./norm_node.ts";

/** A batch norm of a topology and the layer it goes into, by paths. */
export interface TopologyPair {
  readonly path: string;
  readonly into: string;
  readonly eps: number;
  /** Whether PyTorch would keep the layer's outputs on the second axis of its weight. */
  readonly isTransposed: boolean;
}

/** What a topology says of its batch norms: the layer of each, or why it has none. */
export function topologyPairs(model: JsonObject): (TopologyPair | UnfoldableNode)[] {
  const isNorm = ({ class_name: name }: JsonObject) =>
    /^Batch(Norm|Renorm)alization(V1)?$/.test(String(name));
  return foldableNodes(model, isNorm).map((found) => {
    if ("reason" in found) return found;
    const { path, into, norm, layer } = found;
    const read = readNormNode(norm, null);
    if ("unsupported" in read) return { path, reason: read.unsupported };
    return { path, into, eps: read.eps, isTransposed: /Transpose/.test(String(layer.class_name)) };
  });
}
