import { isJsonObject, type JsonObject } from "../json.ts";
import type { NormVectors } from "../norm_layer.ts";
import { listPaths, neverMoved, neverMovedNotes } from "../norm_statistics.ts";
import type { Found } from "../find_norm_layers.ts";

/** What is said of the layers of a topology that were converted, from before they were. */
export function topologyNotes(
  found: readonly Found<JsonObject>[],
  converted: readonly { readonly path: string }[],
  vectors: (node: JsonObject) => NormVectors,
): string[] {
  const paths = new Set(converted.map(({ path }) => path));
  const done = found.filter(({ path }) => paths.has(path));
  const frozen = done.filter(({ node }) =>
    isJsonObject(node.config) && node.config.trainable === false
  );
  const unmoved = done.filter(({ node }) => neverMoved(vectors(node)));
  return [
    ...frozen.length > 0
      ? [`frozen, their trainable is false: ${listPaths(frozen.map(({ path }) => path))}`]
      : [],
    ...neverMovedNotes(unmoved.map(({ path }) => path)),
  ];
}
