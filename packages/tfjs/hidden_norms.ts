/** Batch norms that no conversion reaches, since the code of a user's own layer makes them. */
import { heldLayers, isNormLayer, type LiveLayer } from "./find_norm_layers.ts";
import type { LayersModel, TensorFlow } from "./tensor_flow.ts";

/** A layer with norms of its own. */
export interface HiddenNorm {
  readonly path: string;
  readonly reason: string;
}

/** Those in layers that are none of `known`, which were converted or left for another reason. */
export function findHiddenNorms(
  tf: TensorFlow,
  model: LayersModel,
  known: readonly string[],
): HiddenNorm[] {
  const seen = new Set<LiveLayer>();
  const visit = (layer: LiveLayer, path: string): HiddenNorm[] => {
    if (seen.has(layer) || isNormLayer(layer)) return [];
    seen.add(layer);
    const below = layer instanceof tf.LayersModel
      ? layer.layers as unknown as readonly LiveLayer[]
      // A wrapper is rebuilt from its config, with the layer that it holds.
      : layer.getClassName() === "TimeDistributed"
      ? heldLayers(layer)
      : null;
    if (below) {
      return below.flatMap((child) => visit(child, path ? `${path}.${child.name}` : child.name));
    }
    const isKnown = known.some((one) => one === path || one.startsWith(`${path}.`));
    const held = isKnown ? null : describeNorms(layer);
    return held ? [{ path, reason: `${layer.getClassName()} holds ${held}` }] : [];
  };
  return visit(model as unknown as LiveLayer, "");
}

/**
 * The norms that a layer holds in its fields, or the averages among its weights; null for neither.
 */
function describeNorms(layer: LiveLayer): string | null {
  const norms = heldNorms(layer, new Set());
  if (norms.length > 0) {
    const names = [...new Set(norms.map((norm) => norm.getClassName()))];
    return `${names.join(" and ")} of its own, which its code makes and no conversion reaches`;
  }
  const averages = (layer.weights ?? []).map(({ originalName }) => originalName)
    .filter((name) => /(moving|running)_?(mean|var)/i.test(name));
  return averages.length > 0
    ? `moving averages, ${averages.join(", ")}: a batch norm of a class that we do not know`
    : null;
}

function heldNorms(layer: LiveLayer, seen: Set<LiveLayer>): LiveLayer[] {
  return (layer.layers ?? heldLayers(layer)).flatMap((held) => {
    if (seen.has(held)) return [];
    seen.add(held);
    return isNormLayer(held) ? [held] : heldNorms(held, seen);
  });
}
