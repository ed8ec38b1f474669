import type { JsonObject } from "../json.ts";

/**
 * The class of a layer of Keras or TensorFlow.js themselves; null for a class of anybody else,
 * which may be called the same: Keras 3 writes the module and the name that it was registered
 * under.
 */
export function ownClass(
  { class_name: name, module, registered_name: registered }: JsonObject,
): string | null {
  if (typeof name !== "string") return null;
  const isOwnModule = module === undefined ||
    typeof module === "string" && /^(tf_|tensorflow\.(python\.)?)?keras(\.|$)/.test(module);
  const isOwnName = registered === undefined || registered === null || registered === name ||
    registered === `Keras>${name}`;
  return isOwnModule && isOwnName ? name : null;
}

/** A class as its model names it: by its registered name where it has one. */
export function shownClass({ class_name: name, registered_name: registered }: JsonObject): string {
  return typeof registered === "string" ? registered : String(name);
}
