import type { ConversionReport } from "../../conversion_report.ts";
import type { ConvertToBatchRenormOptions } from "../../convert_options.ts";
import type { JsonObject } from "../../json.ts";
import { convertTopology } from "../../topology/convert_topology.ts";
import { kerasWeights } from "./keras_model.ts";
import { kerasDialect } from "./keras_topology.ts";
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
 * Batch renorm is Keras' own `renorm=True`, so Keras 3.14 and later load the result; its three
 * extra weights per layer begin where those for inference stand. Keras has no warm-up: the limits
 * hold from the first step. Going back drops the three, without loss for inference.
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
  const weights = kerasWeights(archive, file);
  const { model, done, report } = convertTopology(to, archive.model, rest, kerasDialect, weights);
  for (const { node, layer } of done) {
    const group = archive.groups.get(node)?.groups.get("vars");
    if (!group || !("eps" in layer)) continue;
    const config = node.config as JsonObject;
    const variables = readVariables(config, group, file);
    if (variables.size === 0) continue;
    const names = variableNames({ ...config, renorm: to === "batch-renorm" });
    const all = to === "batch-norm" ? variables : renormVariables(variables, layer.eps);
    writeVariables(group, names, all);
  }
  return { ...report, bytes: await archive.write(model) };
}
