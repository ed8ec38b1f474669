import type { JsonObject } from "../../json.ts";
import { limitFields, parseLimits, printLimits } from "../../limits_json.ts";
import type { ModelAdapter } from "../../model_adapter.ts";
import type { NormVectors } from "../../norm_layer.ts";
import { kerasRenorm, kerasRenormFields } from "../../topology/keras_renorm.ts";
import {
  asBatchNorm,
  momentumChange,
  normClass,
  readNormNode,
  withConfig,
  withoutConfig,
} from "../../topology/norm_node.ts";
import { ownClass } from "../../topology/layer_class.ts";
import { type NormDialect, topologyAdapter } from "../../topology/topology_adapter.ts";

/**
 * Reads the topology of a TensorFlow.js layers model: `model.json`, its `modelTopology` in both
 * forms, `model.toJSON(null, false)` or `tf.io.ModelArtifacts`, with nested models and wrappers.
 *
 * BatchNormalization, TensorFlow.js' own or that of `@renorm/tfjs`, becomes the
 * BatchRenormalization of `@renorm/tfjs`, whose weights have the same names, so the weights need no
 * change. A `renorm=True` that Keras wrote, which TensorFlow.js refuses to load, is read as batch
 * renorm and becomes either of the two; its three extra weights are dropped by
 * `convertLayersModel`, which has the weights too.
 *
 * @param vectors The weights of a layer by name, for `inspect`. Default: none are known.
 * @returns The adapter.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertToBatchRenorm, layersModelTopology } from "@renorm/convert";
 *
 * const norm = { class_name: "BatchNormalization", config: { name: "bn", axis: -1 } };
 * const json = { class_name: "Sequential", config: { name: "net", layers: [norm] } };
 * convertToBatchRenorm<Record<string, unknown>>(json, { adapter: layersModelTopology() });
 * assert.equal(json.config.layers[0].class_name, "BatchRenormalization");
 * ```
 */
export function layersModelTopology(
  vectors?: (node: JsonObject) => NormVectors,
): ModelAdapter<JsonObject> {
  return topologyAdapter(layersModelDialect, vectors ? { vectors } : {});
}

/** The classes of `@renorm/tfjs`. */
const renormClass = "BatchRenormalization";
const trackedClass = "TrackedBatchNormalization";
/** Names of Keras' batch norm in files of its first years, which TensorFlow.js does not load. */
const oldClasses = ["BatchNormalizationV1", "BatchNormalizationV2"];
const renormFields = [...limitFields, "renorm_step"];

/** How TensorFlow.js with `@renorm/tfjs` spells both. */
export const layersModelDialect: NormDialect = {
  read(node) {
    const config = node.config as JsonObject;
    const className = ownClass(node) ?? "";
    if (className === renormClass) {
      const renormStep = Number(config.renorm_step ?? 0);
      return readNormNode(node, { limits: parseLimits(config), renormStep });
    }
    const isNorm = [normClass, trackedClass, ...oldClasses].includes(className);
    return isNorm ? readNormNode(node, kerasRenorm(config)) : null;
  },
  create(node, layer) {
    if (!layer.renorm) return asBatchNorm(node, layer, [...kerasRenormFields, ...renormFields]);
    const { limits, renormStep } = layer.renorm;
    const plain = isForeign(node) ? withoutConfig(node, kerasRenormFields) : node;
    return withConfig(plain, renormClass, {
      ...momentumChange(node, layer),
      ...printLimits(limits!),
      renorm_step: renormStep,
    });
  },
  isForeign,
};

/** Whether a node is a batch renorm or batch norm of Keras' that TensorFlow.js does not load. */
function isForeign(node: JsonObject): boolean {
  const className = ownClass(node) ?? "";
  if (oldClasses.includes(className)) return true;
  return className === normClass && kerasRenorm(node.config as JsonObject) !== null;
}
