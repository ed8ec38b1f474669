import type { LoadableStateDict } from "@renorm/core-math";
import { bytesInMemory } from "../../files/byte_source.ts";
import type { NormLayer, NormVectors } from "../../norm_layer.ts";
import { findNormLayers } from "../../find_norm_layers.ts";
import { openStateDict, type StateDictOptions } from "./state_dict_file.ts";

/** A tensor of a file. */
export interface SafetensorsTensor {
  /** As the file names it: `"F32"`. */
  readonly dtype: string;
  /** The lengths of its dimensions. */
  readonly shape: readonly number[];
  /** Its values, row by row; null for a dtype that is not read. */
  readonly values: Float64Array | null;
}

/** A normalisation layer of a file, ready for a layer of `@renorm/core-math`. */
export interface LoadedNorm {
  /** Its kind and options. */
  readonly layer: NormLayer;
  /** Its state under PyTorch's keys, for `loadStateDict`. */
  readonly state: LoadableStateDict;
}

/** What a file holds. */
export interface LoadedSafetensors {
  /** All its tensors by name. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** Its batch norms and batch renorms by path. */
  readonly norms: ReadonlyMap<string, LoadedNorm>;
}

/**
 * Reads a PyTorch checkpoint in safetensors.
 *
 * @param bytes The file.
 * @param options What it does not say: eps and momentum, PyTorch's by default.
 * @returns The tensors, and the states of the normalisation layers.
 * @throws {ModelFileError} For a file that is not valid; it names place and value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readSafetensors } from "@renorm/convert";
 *
 * const header = JSON.stringify({ a: { dtype: "F16", shape: [1], data_offsets: [0, 2] } });
 * const file = new Uint8Array(8 + header.length + 2);
 * file[0] = header.length;
 * file.set(new TextEncoder().encode(header), 8);
 * file.set([0x00, 0x3e], 8 + header.length);
 * const { tensors } = await readSafetensors(file);
 * assert.deepEqual(tensors.get("a")?.values, Float64Array.of(1.5));
 * ```
 */
export async function readSafetensors(
  bytes: Uint8Array,
  options: StateDictOptions = {},
): Promise<LoadedSafetensors> {
  const source = bytesInMemory(bytes, "the file");
  const { shards: [{ header }], root, adapter, read } = await openStateDict(source, options);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const tensor of header.tensors) {
    const { name, dtype, shape } = tensor;
    tensors.set(name, { dtype, shape, values: await read(tensor) });
  }
  const norms = new Map<string, LoadedNorm>();
  for (const { path, node, layer } of findNormLayers(root, adapter)) {
    if ("unsupported" in layer) continue;
    norms.set(path, { layer, state: stateOf(await adapter.vectors(node), layer) });
  }
  return { tensors, norms };
}

function stateOf(
  { weight, bias, runningMean, runningVar }: NormVectors,
  { numBatchesTracked, renorm }: NormLayer,
): LoadableStateDict {
  const vectors = { weight, bias, running_mean: runningMean, running_var: runningVar };
  const own = Object.entries(vectors).filter(([, vector]) => vector !== null);
  const count = numBatchesTracked ?? undefined;
  const step = renorm?.renormStep;
  return {
    ...Object.fromEntries(own.map(([name, vector]) => [name, Float32Array.from(vector!)])),
    ...count !== undefined && { num_batches_tracked: count },
    // As core-math writes it: only where the two differ.
    ...step !== undefined && step !== count && { renorm_step: step },
  } as LoadableStateDict;
}
