import type { JsonObject } from "../json.ts";
import { kerasLimits, kerasRenormFields } from "../keras_model/keras_renorm.ts";
import type { ModelAdapter } from "../model_adapter.ts";
import type { NormVectors } from "../norm_layer.ts";
import { limitFields, parseLimits, printLimits } from "../limits_json.ts";
import { childLayers, isLayerNode, replaceLayer } from "../topology/layer_nodes.ts";
import {
  freezeNode,
  momentumChange,
  printNode,
  readNormNode,
  withConfig,
  withoutConfig,
} from "../topology/norm_node.ts";

/** The classes of `@renorm/tfjs`. */
const renormClass = "BatchRenormalization";
const trackedClass = "TrackedBatchNormalization";
const renormFields = [...limitFields, "renorm_step"];
const noVectors: NormVectors = { weight: null, bias: null, runningMean: null, runningVar: null };

/**
 * Reads the topology of a TensorFlow.js layers model: `model.json`, its `modelTopology` in both
 * forms, `model.toJSON(null, false)` or `tf.io.ModelArtifacts`, with nested models and wrappers.
 *
 * BatchNormalization, TensorFlow.js' own or that of `@renorm/tfjs`, becomes the BatchRenormalization
 * of `@renorm/tfjs`, whose weights have the same names, so the weights need no change. A `renorm=True` that Keras wrote, which TensorFlow.js
 * refuses to load, is read as batch renorm and becomes either of the two; its three extra weights
 * are dropped by `convertLayersModel`, which has the weights too.
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
  vectors: (node: JsonObject) => NormVectors = () => noVectors,
): ModelAdapter<JsonObject> {
  return {
    children: childLayers,
    read(node) {
      if (!isLayerNode(node) || !/BatchNorm|BatchRenorm/.test(node.class_name)) return null;
      const config = node.config as JsonObject;
      if (node.class_name === renormClass) {
        const renormStep = Number(config.renorm_step ?? 0);
        return readNormNode(node, { limits: parseLimits(config), renormStep });
      }
      if (["BatchNormalization", trackedClass].includes(node.class_name)) {
        const limits = kerasLimits(config);
        return readNormNode(node, limits && { limits, renormStep: 0 });
      }
      return { text: printNode(node), unsupported: `${node.class_name} is no class we know` };
    },
    create(node, layer) {
      const all = [...kerasRenormFields, ...renormFields];
      const momentum = momentumChange(node, layer);
      if (!layer.renorm) {
        const made = withoutConfig(node, "BatchNormalization", all, {});
        return {
          ...made,
          config: { ...made.config as JsonObject, ...momentumChange(made, layer) },
        };
      }
      const { limits, renormStep } = layer.renorm;
      const plain = isForeign(node)
        ? withoutConfig(node, "BatchNormalization", kerasRenormFields, {})
        : node;
      return withConfig(plain, renormClass, {
        ...momentum,
        ...printLimits(limits!),
        renorm_step: renormStep,
      });
    },
    replace: replaceLayer,
    freeze: freezeNode,
    isForeign,
    vectors,
    describe: (node) => isLayerNode(node) ? printNode(node) : null,
  };
}

function isForeign(node: JsonObject): boolean {
  return node.class_name === "BatchNormalization" &&
    kerasLimits(node.config as JsonObject) !== null;
}
