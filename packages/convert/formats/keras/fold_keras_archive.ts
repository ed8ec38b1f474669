import { type Folding, folding } from "../../fold/folding_report.ts";
import { checkFoldOptions, type FoldOptions } from "../../fold/fold_options.ts";
import type { Parameters } from "../../fold/fold_parameters.ts";
import { foldableClasses, kernelChannels } from "../../topology/foldable_classes.ts";
import type { FoldablePair } from "../../topology/foldable_pairs.ts";
import { foldTopology, optimizerDropped, type PairWeights } from "../../topology/fold_topology.ts";
import type { Hdf5Values } from "./hdf5_tree.ts";
import { kerasWeights } from "./keras_model.ts";
import { renumberGroups } from "./keras_archive_groups.ts";
import { kerasDialect } from "./keras_topology.ts";
import { topologyAdapter } from "../../topology/topology_adapter.ts";
import { readKerasModel } from "./read_keras_model.ts";

/**
 * Folds every batch norm of a `.keras` archive into the convolution or dense layer before it, for
 * export. The state of an optimizer goes with it: its weights are no longer those it knew.
 *
 * @param bytes The archive.
 * @param options Which batch norms to fold.
 * @param file Its name for errors.
 * @returns The new archive as `bytes`, what was folded and what was not; prints as a table.
 * @throws {TypeError} For an option that is not known.
 * @throws {ModelFileError} For an archive that is not valid; it names place and value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foldKerasArchive } from "@renorm/convert";
 *
 * await assert.rejects(foldKerasArchive(new Uint8Array(8), {}, "model.keras"), {
 *   message: "model.keras, end: expected a zip archive, got none",
 * });
 * ```
 */
export async function foldKerasArchive(
  bytes: Uint8Array,
  options: FoldOptions = {},
  file = "the archive",
): Promise<Folding & { readonly bytes: Uint8Array }> {
  checkFoldOptions(options);
  const archive = await readKerasModel(bytes, file);
  const weights = kerasWeights(archive, file);
  const { read } = topologyAdapter(kerasDialect, weights);
  const { folded, skipped, pairs } = foldTopology(archive.model, read, options, weightsOf);
  const notes: string[] = [];
  if (folded.length > 0) {
    for (const { norm } of pairs) archive.groups.delete(norm);
    renumberGroups(archive.model, archive.weights, archive.groups);
    if (archive.weights.groups.delete("optimizer")) notes.push(optimizerDropped);
    delete archive.model.compile_config;
  }
  return {
    ...folding(folded, skipped, notes),
    bytes: await archive.write(archive.model),
  };

  function weightsOf({ into, norm, layer }: FoldablePair): PairWeights | string {
    const variables = archive.groups.get(layer)?.groups.get("vars")?.datasets;
    const foldable = foldableClasses[String(layer.class_name)];
    const kernelKey = foldable.kernel === "pointwise_kernel" ? "1" : "0";
    const biasKey = String(Number(kernelKey) + 1);
    const kernel = variables?.get(kernelKey);
    const bias = variables?.get(biasKey);
    const channels = kernel && kernelChannels(foldable, kernel.shape);
    if (!variables || !isFloat32(kernel) || bias && !isFloat32(bias) || !channels) {
      return `the kernel of ${into} is not in the archive as float32`;
    }
    if (variables.size > (bias ? 1 : 0) + Number(biasKey)) {
      return `${into} holds ${variables.size} variables: more than a kernel and a bias`;
    }
    return {
      ...channels,
      kernel: kernel.values,
      bias: bias?.values ?? null,
      vectors: weights.vectors(norm),
      replace(folded: Parameters) {
        variables.set(kernelKey, { ...kernel, values: folded.kernel });
        const shape = [folded.bias.length];
        variables.set(biasKey, { ...kernel, values: folded.bias, shape });
      },
    };
  }
}

function isFloat32(
  values: Hdf5Values | undefined,
): values is Hdf5Values & { readonly values: Float32Array } {
  return values?.values instanceof Float32Array;
}
