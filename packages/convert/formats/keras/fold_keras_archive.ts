import { type FoldedLayer, type Folding, folding } from "../../fold/folding_report.ts";
import { checkFoldOptions, type FoldOptions } from "../../fold/fold_options.ts";
import { foldParameters } from "../../fold/fold_parameters.ts";
import type { SkippedLayer } from "../../report_table.ts";
import { reasonAgainstValues, valueNotes } from "../../norm_statistics.ts";
import { foldableLayers, kernelChannels } from "../../topology/foldable_classes.ts";
import { foldableNodes, type FoldablePair } from "../../topology/foldable_pairs.ts";
import { removeLayers } from "../../topology/layer_calls.ts";
import { constraintNotes, setFolded } from "../../topology/folded_config.ts";
import type { Hdf5Values } from "./hdf5_tree.ts";
import { kerasVectors, kerasWeights, readKerasArchive } from "./keras_archive.ts";
import { kerasAdapter } from "./keras_topology.ts";
import { renumberGroups } from "./keras_archive_groups.ts";

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
  const { filter = () => true } = options;
  const archive = await readKerasArchive(bytes, file);
  const adapter = kerasAdapter(kerasWeights(archive, file));
  const pairs: FoldablePair[] = [];
  const folded: FoldedLayer[] = [];
  const skipped: SkippedLayer[] = [];
  for (const found of foldableNodes(archive.model, adapter.read)) {
    const done = fold(found);
    if (typeof done === "string") skipped.push({ path: found.path, reason: done });
    else folded.push(done);
  }
  const notes: string[] = [];
  if (folded.length > 0) {
    removeLayers(pairs);
    for (const { norm, layer } of pairs) {
      setFolded(layer);
      archive.groups.delete(norm);
    }
    renumberGroups(archive.model, archive.weights, archive.groups);
    if (archive.weights.groups.delete("optimizer")) {
      notes.push("the state of the optimizer was dropped: its weights have changed");
    }
    delete archive.model.compile_config;
  }
  return {
    ...folding(folded, skipped, notes),
    bytes: await archive.write(archive.model),
  };

  /** Folds the weights of a pair; or says why it cannot. */
  function fold(found: ReturnType<typeof foldableNodes>[number]): FoldedLayer | string {
    if ("reason" in found) return found.reason;
    const { path, into, norm, layer, eps } = found;
    if (!filter(path)) return "left out by the filter";
    const variables = archive.groups.get(layer)?.groups.get("vars")?.datasets;
    const foldable = foldableLayers[String(layer.class_name)];
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
    const vectors = kerasVectors(archive, norm, file);
    const wrong = reasonAgainstValues(vectors, channels.channels);
    if (wrong !== null) return wrong;
    const parameters = foldParameters(
      kernel.values as Float32Array,
      channels.channelOf,
      bias ? bias.values as Float32Array : null,
      { vectors, eps },
    );
    if (![parameters.kernel, parameters.bias].every((one) => one.every(Number.isFinite))) {
      return "its factors make values that float32 does not hold";
    }
    variables.set(kernelKey, { ...kernel, values: parameters.kernel });
    const shape = [parameters.bias.length];
    variables.set(biasKey, { ...kernel, values: parameters.bias, shape });
    pairs.push(found);
    return {
      path,
      into,
      eps,
      epsFrom: "model",
      by: "model",
      notes: [...constraintNotes(layer), ...valueNotes(vectors)],
    };
  }
}

function isFloat32(values: Hdf5Values | undefined): values is Hdf5Values {
  return values?.values instanceof Float32Array;
}
