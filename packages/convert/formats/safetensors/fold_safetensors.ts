import { expects, show } from "@renorm/core-math/checks";
import { bytesInMemory, type ByteSource } from "../../files/byte_source.ts";
import { decode, encode } from "../../files/dtypes.ts";
import { joinChunks } from "../../files/join_chunks.ts";
import { checkFoldOptions, type FoldOptions } from "../../fold/fold_options.ts";
import { type FoldedLayer, type Folding, folding } from "../../fold/folding_report.ts";
import { foldBias, foldFactors } from "../../fold/fold_parameters.ts";
import { reasonAgainstValues } from "../../norm_statistics.ts";
import type { SkippedLayer } from "../../report_table.ts";
import { checkpointNotes, optimizerNotes } from "./checkpoint_notes.ts";
import type { PlannedFiles } from "./convert_safetensors.ts";
import type { EpsByPath, KnownEps } from "./eps_by_path.ts";
import { foldableKernel, soundsTransposed } from "./foldable_kernel.ts";
import { foldKernel } from "./fold_kernel.ts";
import type { TensorInfo } from "./header.ts";
import { moduleAt, type Pair, pairNorms, type PairOptions } from "./norm_pairs.ts";
import { convertedHeader, openStateDict, type Shard } from "./state_dict_file.ts";
import { hasStatistics, type ModuleNode, modulesOf } from "./state_dict_tree.ts";
import { equalWeights, tiedNames } from "./tied_tensors.ts";
import { bytesOf, type NewTensor, writeTensors } from "./write_safetensors.ts";

/** What a checkpoint does not say of its layers. */
export interface FoldSafetensorsOptions extends FoldOptions, PairOptions {
  /**
   * Added to a variance under the root: one number, or one for each path, in which `*` is any
   * characters. Default 1e-5, PyTorch's.
   */
  eps?: EpsByPath;
  /**
   * Paths of the transposed convolutions, whose weights have their outputs on the second axis. All
   * other weights have them on the first.
   */
  transposed?: readonly string[];
}

/**
 * Folds batch norms of a PyTorch checkpoint into the convolutions and linear layers before them,
 * for a model that has `Identity` in their place, as PyTorch's `fuse_conv_bn_eval` leaves it.
 *
 * A checkpoint holds no graph: which layer a batch norm follows is said by `pairs` or `like`, or
 * guessed by names where `byName` asks for it. A pair says more than that: nothing stands between
 * the two, and nothing else reads the layer's output. A layer takes one batch norm. Weights in F16,
 * BF16, F32 and F64 are folded in float64 and rounded once.
 *
 * @param bytes The file.
 * @param options The pairs, eps, and which layers are transposed.
 * @returns The new file as `bytes`, what was folded and what was not; prints as a table.
 * @throws {ModelFileError} For a file that is not valid; it names place and value.
 * @throws {TypeError} For a path that is not in the file, or two norms for one layer.
 * @throws {RangeError} For an eps out of range.
 * @see torch.nn.utils.fusion.fuse_conv_bn_eval
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foldSafetensors } from "@renorm/convert";
 *
 * await assert.rejects(foldSafetensors(new Uint8Array(4), { pairs: { bn1: "conv1" } }), {
 *   message: "the file, header length: expected 8 bytes, got a file of 4",
 * });
 * ```
 */
export async function foldSafetensors(
  bytes: Uint8Array,
  options: FoldSafetensorsOptions = {},
): Promise<Folding & { readonly bytes: Uint8Array }> {
  const { report, shards } = await planFolding(bytesInMemory(bytes, "the file"), options);
  return { ...report, bytes: await joinChunks(shards[0].chunks) };
}

const normTensors = [
  ...["weight", "bias", "running_mean", "running_var"],
  ...["num_batches_tracked", "renorm_step"],
];

/** Folds a checkpoint up to what is to be written: kernels are multiplied as they are written. */
export async function planFolding(
  sources: ByteSource | readonly ByteSource[],
  options: FoldSafetensorsOptions = {},
): Promise<PlannedFiles<Folding>> {
  checkFoldSafetensorsOptions(options);
  const { eps, transposed = [], filter = () => true, ...pairOptions } = options;
  const file = await openStateDict(sources, eps === undefined ? {} : { eps });
  const { root, adapter, shardOf, read } = file;
  const modules = modulesOf(root);
  const isTransposed = new Set(
    [...transposed].map((path) => moduleAt(modules, path, "transposed")),
  );
  const paired = pairNorms(modules, pairOptions);
  const tied = tiedNames(file.shards);
  const equalTo = equalWeights(file);
  /** What stands in the place of a tensor that changed; null where it goes. */
  const changed = new Map<TensorInfo, NewTensor[]>();
  const folded: FoldedLayer[] = [];
  const skipped: SkippedLayer[] = [];
  for (const node of modules.values()) {
    if (!hasStatistics(node)) continue;
    const reason = await fold(node);
    if (reason !== null) skipped.push({ path: node.path, reason });
  }
  const used = usedLayers(paired);
  const unused = [...isTransposed].find((layer) => !used.has(layer));
  if (unused) {
    const wanted = "transposed layers that a batch norm goes into";
    throw new TypeError(expects("fold", wanted, show(unused.path)));
  }
  const gone = new Set(folded.map(({ path }) => path));
  const left = [...modules.values()].filter(({ path }) => !gone.has(path));
  const shards = file.shards.map((shard) => newShard(shard));
  const epsAssumed = folded.filter(({ epsFrom }) => epsFrom === "assumed").length;
  const notes = [
    ...await checkpointNotes(file)(folded, epsAssumed),
    ...folded.length > 0 ? optimizerNotes(file) : [],
  ];
  return { report: folding(folded, skipped, notes), shards };

  /** Plans one norm; or says why it stays. */
  async function fold(node: ModuleNode): Promise<string | null> {
    const layer = adapter.read(node);
    if (!layer || "unsupported" in layer) return layer?.unsupported ?? "it cannot be read";
    if (!filter(node.path)) return "left out by the filter";
    const stray = Object.keys(node.tensors).find((name) => !normTensors.includes(name)) ??
      [...node.children.keys()][0];
    if (stray !== undefined) return `it holds ${show(stray)} too: it is no plain batch norm`;
    const pair = paired.get(node)!;
    return "reason" in pair ? pair.reason : await foldPair(node, pair);
  }

  async function foldPair(node: ModuleNode, pair: Pair): Promise<string | null> {
    const channels = node.tensors.running_mean.shape[0];
    const isAcross = pair.isTransposed || isTransposed.has(pair.layer);
    const kernel = foldableKernel(pair.layer, channels, isAcross);
    if (typeof kernel === "string") return kernel;
    if (pair.by === "guess" && kernel.assumed && soundsTransposed(pair.layer.path)) {
      return `${pair.layer.path} may be transposed by its name: give a pair`;
    }
    const { weight, bias } = kernel;
    for (const { name } of [...Object.values(node.tensors), ...Object.values(pair.layer.tensors)]) {
      if (tied.has(name)) return `${name} is stored for ${tied.get(name)} too, which would change`;
    }
    const vectors = await adapter.vectors(node);
    const wrong = reasonAgainstValues(vectors, channels);
    if (wrong !== null) return wrong;
    const said = epsOf(node, pair);
    const fixed = { vectors, eps: said.eps };
    const factors = foldFactors(fixed);
    const values = foldBias(bias && await read(bias), fixed, factors);
    const { source, header } = shardOf(weight);
    const biasDtype = (bias ?? weight).dtype;
    const biasBytes = encode(biasDtype, values);
    if (!decode(biasDtype, biasBytes).every(Number.isFinite)) {
      return `its shift is too large for ${biasDtype}`;
    }
    const newBias = {
      name: bias?.name ?? weight.name.replace(/weight$/, "bias"),
      dtype: biasDtype,
      shape: [channels],
      length: biasBytes.length,
      chunks: [biasBytes],
    };
    changed.set(weight, [
      {
        name: weight.name,
        dtype: weight.dtype,
        shape: weight.shape,
        length: weight.end - weight.begin,
        chunks: foldKernel(source, header.dataStart + weight.begin, kernel, factors),
      },
      ...bias ? [] : [newBias],
    ]);
    if (bias) changed.set(bias, [newBias]);
    for (const tensor of Object.values(node.tensors)) changed.set(tensor, []);
    const same = await equalTo(weight);
    folded.push({
      path: node.path,
      into: pair.layer.path,
      ...said,
      by: pair.by,
      notes: [
        ...kernel.assumed ? [kernel.assumed] : [],
        ...same ? [`${same} holds the same values: a layer that is shared must not be folded`] : [],
      ],
    });
    return null;
  }

  /** The eps of a norm; a topology knows it where neither the caller nor the file says it. */
  function epsOf(node: ModuleNode, pair: Pair): KnownEps {
    const known = file.epsOf(node);
    if (known.epsFrom !== "assumed" || pair.eps === undefined) return known;
    return { eps: pair.eps, epsFrom: "model" };
  }

  function newShard(shard: Shard) {
    const { source, header } = shard;
    const tensors = header.tensors.flatMap((tensor): readonly (NewTensor | TensorInfo)[] =>
      changed.get(tensor) ?? [tensor]
    );
    const { metadata } = convertedHeader(header, left);
    return {
      source,
      tensors,
      dataBytes: tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0),
      chunks: writeTensors(tensors, metadata, shard),
    };
  }
}

function usedLayers(paired: ReadonlyMap<ModuleNode, Pair | { reason: string }>): Set<ModuleNode> {
  return new Set([...paired.values()].flatMap((pair) => "layer" in pair ? [pair.layer] : []));
}

/** Throws unless every option is known and of its kind; paths are looked up in the file. */
function checkFoldSafetensorsOptions(options: FoldSafetensorsOptions): void {
  // What eps, pairs and like hold is checked where they are read.
  const isChecked = () => null;
  checkFoldOptions(options, {
    eps: isChecked,
    pairs: isChecked,
    like: isChecked,
    byName: (value) => typeof value === "boolean" ? null : "to be true or false",
    transposed: (value) => Array.isArray(value) ? null : "to be a list of paths",
  });
}
