import { expects, show } from "@renorm/core-math/checks";
import { isJsonObject, type JsonObject } from "./json.ts";
import { isKerasTopology, kerasTopology } from "./formats/keras/keras_topology.ts";
import { layersModelTopology } from "./formats/layers_model/layers_model_topology.ts";
import type { ModelAdapter } from "./model_adapter.ts";
import { objectTree } from "./object_tree/object_tree.ts";
import { modelNode } from "./topology/layer_nodes.ts";

/**
 * Recognises a model by its shape: the JSON of TensorFlow.js and of Keras 3 by their fields,
 * anything else is a tree of objects.
 *
 * @param model The model.
 * @returns The adapter that reads it.
 * @throws {TypeError} For what is no object, and for a live model of TensorFlow.js, whose layers
 * cannot be exchanged in place: `@renorm/tfjs` converts it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { adapterFor } from "@renorm/convert";
 *
 * const json: object = { class_name: "Sequential", config: { name: "net", layers: [] } };
 * assert.equal(adapterFor(json).describe(json), "Sequential(net)");
 * ```
 */
export function adapterFor<Node extends object>(model: Node): ModelAdapter<Node> {
  if (typeof model !== "object" || model === null) {
    throw new TypeError(expects("convert", "a model that is an object", show(model)));
  }
  if ("getClassName" in model && "layers" in model) {
    const wanted = "a model of data or objects; a live tf.LayersModel is converted by @renorm/tfjs";
    throw new TypeError(expects("convert", wanted, show(model)));
  }
  return recognise(model) as unknown as ModelAdapter<Node>;
}

function recognise(model: object): ModelAdapter<JsonObject> | ModelAdapter<object> {
  if (isKerasTopology(model)) return kerasTopology();
  return isJsonObject(model) && modelNode(model) ? layersModelTopology() : objectTree();
}
