/** What changes in the config of a layer that a batch norm was folded into. */
import { isJsonObject, type JsonObject } from "../json.ts";

/** Fields such as `kernel_constraint`, and `bias_constraint` for a bias that there may be none of yet. */
const constraint = /^(kernel|depthwise|pointwise|bias)_constraint$/;

function constraintsOf(layer: JsonObject): string[] {
  const config = isJsonObject(layer.config) ? layer.config : {};
  return Object.keys(config).filter((name) => constraint.test(name) && config[name]);
}

/** What is said of the constraints of a layer, before {@linkcode setFolded} takes them off. */
export function constraintNotes(layer: JsonObject): string[] {
  const names = constraintsOf(layer);
  return names.length > 0 ? [`its ${names.join(", ")} held before folding and was taken off`] : [];
}

/**
 * Gives a layer a bias, and takes its constraints off: they were kept by other values, and
 * TensorFlow.js makes values keep them anew as it loads them.
 */
export function setFolded(layer: JsonObject): void {
  const config = layer.config as JsonObject;
  for (const name of constraintsOf(layer)) config[name] = null;
  config.use_bias = true;
}
