import type { JsonObject } from "../../json.ts";
import type { ModelAdapter } from "../../model_adapter.ts";
import type { NormVectors, RenormLimits } from "../../norm_layer.ts";
import { kerasRenorm, kerasRenormFields } from "../../topology/keras_renorm.ts";
import { modelNode } from "../../topology/layer_nodes.ts";
import {
  asBatchNorm,
  momentumChange,
  normClass,
  readNormNode,
  withConfig,
} from "../../topology/norm_node.ts";
import { ownClass } from "../../topology/layer_class.ts";
import { type NormDialect, topologyAdapter } from "../../topology/topology_adapter.ts";

/**
 * Reads the `config.json` of a Keras 3 model, nested models and wrappers included.
 *
 * Batch renorm is Keras' own: `renorm=True` with `renorm_clipping`, of Keras 3.14 and later, which
 * has no warm-up, so that the limits hold from the first step. Its three extra weights are added
 * and dropped by {@linkcode convertKerasArchive}; a config alone has none.
 *
 * @param vectors The weights of a layer, for `inspect`. Default: none are known.
 * @returns The adapter.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertToBatchRenorm, kerasTopology } from "@renorm/convert";
 *
 * const config = { name: "bn", axis: -1, momentum: 0.99, epsilon: 0.001, renorm: false };
 * const norm = { module: "keras.layers", class_name: "BatchNormalization", config };
 * const json = { module: "keras", class_name: "Sequential", config: { layers: [norm] } };
 * convertToBatchRenorm<Record<string, unknown>>(json, { rmax: 2, adapter: kerasTopology() });
 * assert.equal(json.config.layers[0].config.renorm, true);
 * ```
 */
export function kerasTopology(
  vectors?: (node: JsonObject) => NormVectors,
): ModelAdapter<JsonObject> {
  return topologyAdapter(kerasDialect, vectors ? { vectors } : {});
}

/** Whether a value is such a config: Keras 3 names the module of a model. */
export function isKerasTopology(model: object): boolean {
  const node = modelNode(model);
  return node !== null && "module" in node;
}

/** How Keras 3 spells both. */
export const kerasDialect: NormDialect = {
  read(node) {
    if (ownClass(node) !== normClass) return null;
    return readNormNode(node, kerasRenorm(node.config as JsonObject));
  },
  create(node, layer) {
    if (!layer.renorm) {
      return asBatchNorm(node, layer, kerasRenormFields, { renorm: false, renorm_clipping: null });
    }
    const change = momentumChange(node, layer);
    const { momentum = 0.99 } = { ...node.config as JsonObject, ...change };
    return withConfig(node, normClass, {
      ...change,
      renorm: true,
      renorm_clipping: clippingOf(layer.renorm.limits!),
      // The averages that r and d are taken from move as those for inference do.
      renorm_momentum: momentum,
    });
  },
};

/** Keras' clipping: the limits after the warm-up. A key that is missing means no limit. */
function clippingOf(limits: RenormLimits): JsonObject {
  const [rmax, dmax] = "schedule" in limits
    ? [limits.schedule.rmax.at(-1)![1], limits.schedule.dmax.at(-1)![1]]
    : [limits.rmax, limits.dmax];
  return {
    ...rmax < Infinity && { rmax, rmin: 1 / rmax },
    ...dmax < Infinity && { dmax },
  };
}
