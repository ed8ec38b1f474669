import { checkOptions, expects, show } from "@renorm/core-math/checks";
import type { ByteSource } from "../../files/byte_source.ts";
import type { ModelAdapter } from "../../model_adapter.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import { decode, isReadable } from "../../files/dtypes.ts";
import { readHeader, type SafetensorsHeader, type TensorInfo } from "./header.ts";
import { parseEntries, type RenormEntry, withEntries } from "./renorm_metadata.ts";
import { isNorm, type ModuleNode, moduleTree, printNorm } from "./state_dict_tree.ts";

/** What a PyTorch checkpoint does not say of its batch norms. */
export interface StateDictOptions {
  /** Added to a variance under the root. Default 1e-5, PyTorch's. */
  eps?: number;
  /** Weight of the new batch. Default 0.1, PyTorch's. */
  momentum?: number;
}

/** A checkpoint whose header was read. */
export interface StateDictFile {
  /** The header. */
  readonly header: SafetensorsHeader;
  /** The tree of its modules. */
  readonly root: ModuleNode;
  /** How to read the tree. */
  readonly adapter: ModelAdapter<ModuleNode>;
}

/** Reads a checkpoint's header, and of its tensors the counters alone. */
export async function openStateDict(
  source: ByteSource,
  options: StateDictOptions = {},
): Promise<StateDictFile> {
  checkOptions("openStateDict", options, ["eps", "momentum"]);
  const { eps = 1e-5, momentum = 0.1 } = options;
  const header = await readHeader(source);
  const counts = new Map<string, number>();
  for (const tensor of header.tensors) {
    if (!/(^|\.)num_batches_tracked$/.test(tensor.name)) continue;
    const place = `tensor ${show(tensor.name)}`;
    const count = await readVector(source, header, tensor);
    if (count?.length !== 1 || !Number.isSafeInteger(count[0]) || count[0] < 0) {
      const got = count ? show([...count].slice(0, 4)) : tensor.dtype;
      throw new ModelFileError(source.name, place, "one count of at least 0", got);
    }
    counts.set(tensor.name, count[0]);
  }
  const root = moduleTree(header.tensors, counts, parseEntries(header.metadata, source.name));
  return { header, root, adapter: stateDictAdapter(source, header, { eps, momentum }) };
}

/** The header after a conversion of the tree: the same tensors, the options in its metadata. */
export function convertedHeader(header: SafetensorsHeader, root: ModuleNode): SafetensorsHeader {
  const entries: [string, RenormEntry][] = [];
  const collect = (node: ModuleNode) => {
    if (node.renorm) entries.push([node.path, node.renorm]);
    node.children.forEach(collect);
  };
  collect(root);
  return { ...header, metadata: withEntries(header.metadata, Object.fromEntries(entries)) };
}

function stateDictAdapter(
  source: ByteSource,
  header: SafetensorsHeader,
  options: Required<StateDictOptions>,
): ModelAdapter<ModuleNode> {
  const optionsOf = (node: ModuleNode) => ({ ...options, ...node.renorm });
  return {
    children: (node) => [...node.children].map(([name, child]) => ({ name, node: child })),
    read(node) {
      if (!isNorm(node)) return null;
      const text = printNorm(node, optionsOf(node));
      const wrong = wrongVector(node);
      if (wrong) return { text, unsupported: wrong };
      const { renorm, numBatchesTracked } = node;
      const { eps, momentum } = optionsOf(node);
      return {
        kind: renorm ? "batch-renorm" : "batch-norm",
        numFeatures: node.tensors.running_mean.shape[0],
        eps,
        momentum,
        numBatchesTracked,
        renorm,
        text,
      };
    },
    create(node, { eps, momentum, renorm }) {
      if (!renorm) return { ...node, renorm: null };
      const entry = { ...renorm, limits: renorm.limits!, eps, momentum: momentum! };
      return { ...node, renorm: entry };
    },
    replace: (parent, name, replacement) => void parent.children.set(name, replacement),
    // Whether a module trains is not in its state.
    freeze: () => {},
    async vectors({ tensors }) {
      const vector = async (name: string) =>
        tensors[name] ? await readVector(source, header, tensors[name]) : null;
      return {
        weight: await vector("weight"),
        bias: await vector("bias"),
        runningMean: await vector("running_mean"),
        runningVar: await vector("running_var"),
      };
    },
    describe(node) {
      if (isNorm(node)) return printNorm(node, optionsOf(node));
      const tensors = Object.entries(node.tensors).map(([name, { dtype, shape }]) =>
        `${name} ${dtype} ${show([...shape])}`
      );
      return tensors.length > 0 ? `Module(${tensors.join(", ")})` : "Module";
    },
  };
}

/** Why the vectors of a norm are not all floats of one length; null when they are. */
function wrongVector({ tensors }: ModuleNode): string | null {
  const channels = tensors.running_mean.shape[0];
  for (const name of ["weight", "bias", "running_mean", "running_var"]) {
    const tensor = tensors[name];
    if (!tensor) continue;
    if (!/^(F|BF)\d+$/.test(tensor.dtype)) return `its ${name} is ${tensor.dtype}, no float`;
    if (tensor.shape.length !== 1 || tensor.shape[0] !== channels) {
      return expects("it", `${channels} values in ${name}`, show([...tensor.shape]));
    }
  }
  return null;
}

/** The values of a tensor; null for a dtype that is not read. */
export async function readVector(
  source: ByteSource,
  { dataStart }: SafetensorsHeader,
  { dtype, begin, end }: TensorInfo,
): Promise<Float64Array | null> {
  if (!isReadable(dtype)) return null;
  return decode(dtype, await source.read(dataStart + begin, end - begin));
}
