import { expects, show } from "@renorm/core-math/checks";
import type { ByteSource } from "../../files/byte_source.ts";
import { decode, encode } from "../../files/dtypes.ts";
import { type FoldedLayer, type Folding, folding } from "../../fold/folding_report.ts";
import { foldBias, foldFactors } from "../../fold/fold_parameters.ts";
import type { SkippedLayer } from "../../report_table.ts";
import { reasonAgainstValues } from "../../norm_statistics.ts";
import { checkpointNotes, optimizerNotes } from "./checkpoint_notes.ts";
import type { PlannedFiles } from "./convert_safetensors.ts";
import type { KnownEps } from "./eps_by_path.ts";
import { foldableKernel, soundsTransposed } from "./foldable_kernel.ts";
import { foldKernel } from "./fold_kernel.ts";
import { checkFoldSafetensorsOptions, type FoldSafetensorsOptions } from "./fold_options.ts";
import type { TensorInfo } from "./header.ts";
import { moduleAt, type Pair, pairNorms } from "./norm_pairs.ts";
import { convertedHeader, openStateDict, type Shard } from "./state_dict_file.ts";
import { hasStatistics, type ModuleNode, modulesOf } from "./state_dict_tree.ts";
import { equalWeights, tiedNames } from "./tied_tensors.ts";
import { bytesOf, type NewTensor, writeTensors } from "./write_safetensors.ts";

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
