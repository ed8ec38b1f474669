import type { JsonObject } from "../../json.ts";
import type { Hdf5Values } from "./hdf5_tree.ts";
import { kerasVectors, readKerasArchive, writeKerasArchive } from "./keras_archive.ts";
import { kerasTopology } from "./keras_topology.ts";
import { renumberGroups } from "./layer_groups.ts";
import { layerName } from "../../topology/layer_nodes.ts";
import { foldableNodes, type FoldablePair } from "../../topology/foldable_nodes.ts";
import { type Folding, folding } from "../../fold/folding.ts";
import { foldParameters } from "../../fold/fold_parameters.ts";
import { channelOf } from "../../topology/kernel_channels.ts";
import { removeLayer } from "../../topology/layer_calls.ts";

/**
 * Folds every batch norm of a `.keras` archive into the convolution or dense layer before it, for
 * export. The state of an optimizer goes with it: its weights are no longer those it knew.
 *
 * @param bytes The archive.
 * @param file Its name for errors.
 * @returns The new archive as `bytes`, what was folded and what was not; prints as a table.
 * @throws {ModelFileError} For an archive that is not valid; it names place and value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foldKerasArchive } from "@renorm/convert";
 *
 * await assert.rejects(foldKerasArchive(new Uint8Array(8), "model.keras"), {
 *   message: "model.keras, end: expected a zip archive, got none",
 * });
 * ```
 */
export async function foldKerasArchive(
  bytes: Uint8Array,
  file = "the archive",
): Promise<Folding & { readonly bytes: Uint8Array }> {
  const archive = await readKerasArchive(bytes, file);
  const adapter = kerasTopology();
  const folded: FoldablePair[] = [];
  const skipped: { path: string; reason: string }[] = [];
  for (const found of foldableNodes(archive.model, (node) => adapter.read(node) !== null)) {
    const reason = "reason" in found ? found.reason : foldPair(found);
    if (reason === null) folded.push(found as FoldablePair);
    else skipped.push({ path: found.path, reason });
  }
  if (folded.length > 0) {
    for (const { model, norm, layer } of folded) {
      removeLayer(model, norm, layerName(layer)!);
      (layer.config as JsonObject).use_bias = true;
      archive.groups.delete(norm);
    }
    renumberGroups(archive.model, archive.weights, archive.groups);
    archive.weights.groups.delete("optimizer");
    delete archive.model.compile_config;
  }
  const done = folding(folded.map(({ path, into }) => ({ path, into })), skipped);
  return { ...done, bytes: await writeKerasArchive(archive, archive.model) };

  /** Folds the weights of a pair; or says why it cannot. */
  function foldPair({ norm, layer }: FoldablePair): string | null {
    const read = adapter.read(norm);
    if (!read || "unsupported" in read) return "it cannot be read";
    const vectors = kerasVectors(archive, norm, file);
    const variables = archive.groups.get(layer)?.groups.get("vars")?.datasets;
    const className = String(layer.class_name);
    const kernelKey = className.startsWith("Separable") ? "1" : "0";
    const biasKey = String(Number(kernelKey) + 1);
    const kernel = variables?.get(kernelKey);
    if (!variables || !isFloat32(kernel) || !vectors.runningMean || !vectors.runningVar) {
      return "its weights, or those of the layer before it, are not in the archive";
    }
    const bias = variables.get(biasKey);
    const parameters = foldParameters(
      kernel.values as Float32Array,
      channelOf(className, kernel.shape),
      bias ? bias.values as Float32Array : null,
      { vectors, eps: read.eps },
    );
    variables.set(kernelKey, { ...kernel, values: parameters.kernel });
    const shape = [parameters.bias.length];
    variables.set(biasKey, { ...kernel, values: parameters.bias, shape });
    return null;
  }
}

function isFloat32(values: Hdf5Values | undefined): values is Hdf5Values {
  return values?.values instanceof Float32Array;
}
