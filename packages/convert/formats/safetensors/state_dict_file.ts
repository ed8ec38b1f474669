import { checkOptions, show } from "@renorm/core-math/checks";
import type { ByteSource } from "../../files/byte_source.ts";
import { decode, isReadable } from "../../files/dtypes.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { ModelAdapter } from "../../model_adapter.ts";
import { type EpsByPath, type KnownEps, readEps } from "./eps_by_path.ts";
import { readHeader, type SafetensorsHeader, type TensorInfo } from "./header.ts";
import { parseEntries, type RenormEntry, withEntries } from "./renorm_metadata.ts";
import { sb3ContribOptions } from "./sb3_contrib_names.ts";
import { stateDictAdapter } from "./state_dict_adapter.ts";
import { isNorm, type ModuleNode, modulesOf, moduleTree } from "./state_dict_tree.ts";

/** What a PyTorch checkpoint does not say of its batch norms. */
export interface StateDictOptions {
  /**
   * Added to a variance under the root: one number, or one for each path, in which `*` is any
   * characters. Default 1e-5, PyTorch's.
   */
  eps?: EpsByPath;
  /** Weight of the new batch. Default 0.1, PyTorch's. */
  momentum?: number;
}

/** A file of a checkpoint, which may lie in several. */
export interface Shard {
  readonly source: ByteSource;
  readonly header: SafetensorsHeader;
}

/** A checkpoint whose headers were read. */
export interface StateDictFile {
  readonly shards: readonly Shard[];
  /** The tree of its modules. */
  readonly root: ModuleNode;
  /** How to read the tree. */
  readonly adapter: ModelAdapter<ModuleNode>;
  /** The eps of a batch norm, and who says it. */
  epsOf(node: ModuleNode): KnownEps;
  /** The file that holds a tensor. */
  shardOf(tensor: TensorInfo): Shard;
  /** The values of a tensor; null for a dtype that is not read. */
  read(tensor: TensorInfo): Promise<Float64Array | null>;
}

/** Reads the headers of a checkpoint's files, and of its tensors the counters alone. */
export async function openStateDict(
  sources: ByteSource | readonly ByteSource[],
  options: StateDictOptions = {},
): Promise<StateDictFile> {
  checkOptions("convert", { momentum: options.momentum }, ["momentum"]);
  const { momentum = 0.1 } = options;
  const shards: Shard[] = [];
  let entries: Record<string, RenormEntry> = {};
  for (const source of [sources].flat()) {
    const shard = { source, header: await readHeader(source) };
    shards.push(shard);
    entries = { ...entries, ...parseEntries(shard.header.metadata, source.name) };
  }
  const shardOf = findShards(shards);
  const read = (tensor: TensorInfo) => readVector(shardOf(tensor), tensor);
  const tensors = shards.length === 1
    ? shards[0].header.tensors
    : shards.flatMap(({ header }) => header.tensors);
  const counts = new Map<string, number>();
  for (const tensor of tensors.filter(isCounter(tensors))) {
    const count = await read(tensor);
    if (count?.length !== 1 || !Number.isSafeInteger(count[0]) || count[0] < 0) {
      const place = `tensor ${show(tensor.name)}`;
      const got = count ? show([...count].slice(0, 4)) : tensor.dtype;
      const { name } = shardOf(tensor).source;
      throw new ModelFileError(name, place, "one count of at least 0", got);
    }
    counts.set(tensor.name, count[0]);
  }
  const { eps } = options;
  const sb3Contrib = {
    ...sb3ContribOptions,
    ...typeof eps === "number" && { eps },
    ...options.momentum !== undefined && { momentum },
  };
  const root = moduleTree(tensors, counts, entries, sb3Contrib);
  const paths = [...modulesOf(root).values()].filter(isNorm).map(({ path }) => path);
  const knownEps = readEps("convert", options.eps, paths);
  const epsOf = ({ path, renorm }: ModuleNode) => knownEps(path, renorm?.eps);
  return { shards, root, adapter: stateDictAdapter(epsOf, momentum, read), epsOf, shardOf, read };
}

/** Tells whether a tensor counts forwards: PyTorch's, or `steps` beside sb3-contrib's `ra_mean`. */
function isCounter(tensors: readonly TensorInfo[]): (tensor: TensorInfo) => boolean {
  const beside = /(^|\.)ra_(mean|var)$/;
  const places = new Set<string>();
  for (const { name } of tensors) {
    if (beside.test(name)) places.add(name.replace(beside, "$1steps"));
  }
  return ({ name }) => /(^|\.)num_batches_tracked$/.test(name) || places.has(name);
}

/** Tells the file of a tensor; each name must be in one alone. */
function findShards(shards: readonly Shard[]): (tensor: TensorInfo) => Shard {
  if (shards.length === 1) return () => shards[0];
  const byName = new Map<string, Shard>();
  for (const shard of shards) {
    for (const { name } of shard.header.tensors) {
      const other = byName.get(name);
      if (other) {
        const got = `another in ${other.source.name}`;
        throw new ModelFileError(shard.source.name, `tensor ${show(name)}`, "one", got);
      }
      byName.set(name, shard);
    }
  }
  return ({ name }) => byName.get(name)!;
}

/** The header of a file after a change of the tree: the options of its batch renorms renewed. */
export function convertedHeader(
  header: SafetensorsHeader,
  norms: Iterable<ModuleNode>,
): SafetensorsHeader {
  const own = new Set(header.tensors.filter(({ name }) => /(running|ra)_mean$/.test(name)));
  const entries: [string, RenormEntry][] = [];
  for (const { path, renorm, tensors } of norms) {
    if (renorm && own.has(tensors.running_mean)) entries.push([path, renorm]);
  }
  return { ...header, metadata: withEntries(header.metadata, Object.fromEntries(entries)) };
}

/** The values of a tensor; null for a dtype that is not read. */
export async function readVector(
  { source, header }: Shard,
  { dtype, begin, end }: TensorInfo,
): Promise<Float64Array | null> {
  if (!isReadable(dtype)) return null;
  return decode(dtype, await source.read(header.dataStart + begin, end - begin));
}
