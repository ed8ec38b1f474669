import { type ConversionReport, conversionReport } from "../../conversion_report.ts";
import { convertTo } from "../../convert.ts";
import type { ConvertToBatchRenormOptions } from "../../convert_options.ts";
import type { JsonObject } from "../../json.ts";
import type { LayerNode } from "../../topology/layer_nodes.ts";
import { topologyNotes } from "../../topology/topology_notes.ts";
import { findNormLayers } from "../../find_norm_layers.ts";
import { kerasWeights } from "./keras_model.ts";
import { kerasAdapter } from "./keras_topology.ts";
import { readVariables, renormVariables, variableNames, writeVariables } from "./norm_variables.ts";
import { readKerasModel } from "./read_keras_model.ts";

/** Which way, and the options of {@linkcode convertToBatchRenorm}, for a `.keras` archive. */
export interface ConvertKerasArchiveOptions extends ConvertToBatchRenormOptions {
  /** `"batch-norm"` goes back. Default `"batch-renorm"`. */
  to?: "batch-renorm" | "batch-norm";
}

/**
 * Converts a `.keras` archive of Keras 3, in memory.
 *
 * Batch renorm is Keras' own `renorm=True`, so Keras 3.14 and later load the result; its three extra
 * weights per layer begin where those for inference stand. Keras has no warm-up: the limits hold
 * from the first step. Going back drops the three, without loss for inference.
 *
 * @param bytes The archive.
 * @param options As for {@linkcode convertToBatchRenorm}, and `to`.
 * @param file Its name for errors.
 * @returns The new archive as `bytes`, what was converted and skipped; prints as a table.
 * @throws {ModelFileError} For an archive that is not valid; it names place and value.
 * @throws {TypeError} For options or layers that cannot be converted.
 * @throws {RangeError} For an option out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertKerasArchive } from "@renorm/convert";
 *
 * await assert.rejects(convertKerasArchive(new Uint8Array(100)), {
 *   name: "ModelFileError",
 *   message: "the archive, end: expected a zip archive, got none",
 * });
 * ```
 */
export async function convertKerasArchive(
  bytes: Uint8Array,
  options: ConvertKerasArchiveOptions = {},
  file = "the archive",
): Promise<ConversionReport & { readonly bytes: Uint8Array }> {
  const { to = "batch-renorm", ...rest } = options;
  const archive = await readKerasModel(bytes, file);
  const { hiddenNorm, vectors } = kerasWeights(archive, file);
  const adapter = kerasAdapter({ hiddenNorm });
  const found = findNormLayers<JsonObject>(archive.model, adapter);
  const done = convertTo<JsonObject>(to, archive.model, { ...rest, adapter });
  const { model, converted, skipped } = done;
  const notes = topologyNotes(found, converted, vectors);

  for (const { path, node, layer } of found) {
    const group = archive.groups.get(node)?.groups.get("vars");
    if (!group || !converted.some((other) => other.path === path) || !("eps" in layer)) continue;
    const config = node.config as JsonObject;
    const variables = readVariables(config, group, file);
    if (variables.size === 0) continue;
    const names = variableNames({ ...config, renorm: to === "batch-renorm" });
    const all = to === "batch-norm" ? variables : renormVariables(variables, layer.eps);
    writeVariables(group, names, all);
  }
  return {
    ...conversionReport(converted, skipped, notes),
    bytes: await archive.write(model as LayerNode),
  };
}
