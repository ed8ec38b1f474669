/** Tensors of a checkpoint that stand for more than one parameter of its model. */
import { addTo, groupBy } from "../../group_by.ts";
import type { TensorInfo } from "./header.ts";
import type { Shard, StateDictFile } from "./state_dict_file.ts";

/**
 * The tensors that are stored once for two names: `safetensors.torch.save_model` keeps one and
 * writes the other into the metadata, `{ other: kept }`.
 *
 * @returns The other name by the one that is kept.
 */
export function tiedNames(shards: readonly Shard[]): Map<string, string> {
  const tied = new Map<string, string>();
  if (shards.every(({ header }) => header.metadata === null)) return tied;
  const names = new Set(shards.flatMap(({ header }) => header.tensors.map(({ name }) => name)));
  for (const { header } of shards) {
    for (const [other, kept] of Object.entries(header.metadata ?? {})) {
      if (names.has(kept)) tied.set(kept, other);
    }
  }
  return tied;
}

/** Bytes that are compared first: weights that differ mostly do so at once. */
const firstBytes = 64;

/** Tells the name of another tensor of the same dtype, shape and bytes; null when there is none. */
export function equalWeights(
  { shards, shardOf }: StateDictFile,
): (weight: TensorInfo) => Promise<string | null> {
  let byShape: Map<string, TensorInfo[]> | null = null;
  const byStart = new Map<string, Map<string, TensorInfo[]>>();
  return async (weight) => {
    byShape ??= groupBy(shards.flatMap(({ header }) => header.tensors), kindOf);
    const kind = kindOf(weight);
    let starts = byStart.get(kind);
    if (!starts) byStart.set(kind, starts = await groupByStart(byShape.get(kind)!));
    for (const tensor of starts.get(await startOf(weight))!) {
      if (tensor === weight) continue;
      const [own, other] = [await bytesOf(weight), await bytesOf(tensor)];
      if (own.every((byte, i) => byte === other[i])) return tensor.name;
    }
    return null;
  };

  async function groupByStart(tensors: readonly TensorInfo[]): Promise<Map<string, TensorInfo[]>> {
    const groups = new Map<string, TensorInfo[]>();
    for (const tensor of tensors) {
      addTo(groups, await startOf(tensor), tensor);
    }
    return groups;
  }

  async function startOf(tensor: TensorInfo): Promise<string> {
    return String(await bytesOf(tensor, firstBytes));
  }

  function bytesOf(tensor: TensorInfo, most = Infinity): Promise<Uint8Array> {
    const { source, header } = shardOf(tensor);
    return source.read(header.dataStart + tensor.begin, Math.min(tensor.end - tensor.begin, most));
  }
}

function kindOf({ dtype, shape }: TensorInfo): string {
  return `${dtype} ${shape}`;
}
