/** What the batch norms of Keras and TensorFlow.js have in common: `{ class_name, config }`. */
import { isJsonObject, type JsonObject } from "../json.ts";
import type { NormLayer, RenormSettings, UnsupportedLayer } from "../norm_layer.ts";
import { layerName } from "./layer_nodes.ts";

/**
 * Where a converted layer keeps the values that converting changed, beside its config: both
 * libraries ignore what they do not know there.
 */
const originalsKey = "before_renorm";

/**
 * The class of batch norm in both libraries, which a converted layer goes back to unless it had
 * another.
 */
export const normClass = "BatchNormalization";

/**
 * Reads a normalisation layer's config, of which only the renorm part differs between libraries.
 */
export function readNormNode(
  node: JsonObject,
  renorm: Omit<RenormSettings, "batchNormMomentum"> | null,
): NormLayer | UnsupportedLayer {
  const text = printNode(node);
  const config = node.config;
  if (!isJsonObject(config)) return { text, unsupported: "it has no config" };
  const { momentum = 0.99, epsilon = 1e-3 } = config;
  if (typeof epsilon !== "number" || !(epsilon > 0 && epsilon < Infinity)) {
    return { text, unsupported: `its epsilon is no finite number above 0: ${epsilon}` };
  }
  if (typeof momentum !== "number" || !(momentum >= 0 && momentum <= 1)) {
    return { text, unsupported: `its momentum is no number in [0, 1]: ${momentum}` };
  }
  const before = originalsOf(node)?.momentum;
  return {
    kind: renorm ? "batch-renorm" : "batch-norm",
    numFeatures: null,
    eps: epsilon,
    momentum: 1 - momentum,
    numBatchesTracked: null,
    renorm: renorm &&
      { ...renorm, ...typeof before === "number" && { batchNormMomentum: 1 - before } },
    text,
  };
}

/** A copy of `node` with fields of its config changed, and what they were kept beside it. */
export function withConfig(node: JsonObject, className: string, changes: JsonObject): JsonObject {
  const config = node.config as JsonObject;
  const kept = Object.entries(config).filter(([name]) => Object.hasOwn(changes, name));
  if (![normClass, className].includes(String(node.class_name))) {
    kept.push(["class_name", node.class_name]);
  }
  return {
    ...node,
    class_name: className,
    config: { ...config, ...changes },
    [originalsKey]: { ...originalsOf(node), ...Object.fromEntries(kept) },
  };
}

/**
 * A copy of `node` as batch norm, with the fields named taken away, or back to what
 * {@linkcode withConfig} kept.
 *
 * @param otherwise What the fields go back to where nothing was kept.
 */
export function withoutConfig(
  node: JsonObject,
  names: readonly string[],
  otherwise: JsonObject = {},
): JsonObject {
  const { [originalsKey]: _kept, ...rest } = node;
  const originals = originalsOf(node) ?? otherwise;
  const config = Object.entries(node.config as JsonObject).flatMap(([name, value]) => {
    if (Object.hasOwn(originals, name)) return [[name, originals[name]]];
    return names.includes(name) ? [] : [[name, value]];
  });
  return {
    ...rest,
    class_name: originals.class_name ?? normClass,
    config: Object.fromEntries(config),
  };
}

/**
 * A copy of `node` that is `layer`, a batch norm; the fields are those of
 * {@linkcode withoutConfig}.
 */
export function asBatchNorm(
  node: JsonObject,
  layer: NormLayer,
  names: readonly string[],
  otherwise?: JsonObject,
): JsonObject {
  const made = withoutConfig(node, names, otherwise);
  return { ...made, config: { ...made.config as JsonObject, ...momentumChange(made, layer) } };
}

/** The momentum as these libraries write it, where a layer's differs from the one it has now. */
export function momentumChange(node: JsonObject, layer: NormLayer): JsonObject {
  const { momentum = 0.99 } = node.config as JsonObject;
  return layer.momentum === 1 - Number(momentum) ? {} : { momentum: 1 - Number(layer.momentum) };
}

/** Marks a layer as not to be trained. */
export function freezeNode(node: JsonObject): void {
  if (isJsonObject(node.config)) node.config.trainable = false;
}

/** A layer in one line: class, name, and the numbers and switches of its config. */
export function printNode(node: JsonObject): string {
  const config = isJsonObject(node.config) ? node.config : {};
  const values = Object.entries(config)
    .filter(([key, value]) => key !== "name" && isPrinted(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${node.class_name}(${[layerName(node) ?? "", ...values].join(", ")})`;
}

/** Numbers, switches and short texts, and flat lists and records of them. */
function isPrinted(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length > 0 && value.length < 6 &&
      value.every((v) => typeof v === "number");
  }
  if (isJsonObject(value)) return "rmax" in value;
  return ["number", "boolean", "string"].includes(typeof value);
}

function originalsOf(node: JsonObject): JsonObject | null {
  const kept = node[originalsKey];
  return isJsonObject(kept) ? kept : null;
}
