/** A PyTorch `state_dict` as a tree of its modules, by the dots in its keys. */
import { printLayer } from "@renorm/core-math/layer-core";
import { addTo } from "../../group_by.ts";
import type { RenormEntry } from "./renorm_metadata.ts";
import { inPytorchNames, isSb3Contrib } from "./sb3_contrib_names.ts";
import type { TensorInfo } from "./header.ts";

/** A module of the tree. */
export interface ModuleNode {
  /** Path without the prefixes that wrappers put before it. */
  readonly path: string;
  /** Its own tensors by the last part of their keys, a norm's by PyTorch's names. */
  readonly tensors: Readonly<Record<string, TensorInfo>>;
  /** The modules below it. */
  children: Map<string, ModuleNode>;
  /** Batches tracked, where the file has the count. */
  readonly numBatchesTracked: number | null;
  /** Spatial dimensions, as the weights beside it suggest. */
  readonly dimensions: number;
  /** What the metadata or its names say of it; null for what is no batch renorm. */
  readonly renorm: RenormEntry | null;
  /** Whether its names are those of sb3-contrib's batch renorm. */
  readonly isSb3Contrib: boolean;
}

/** What DistributedDataParallel (`module.`) and `torch.compile` (`_orig_mod.`) put into keys. */
export function withoutWrappers(key: string): string {
  if (!key.startsWith("module.") && !key.includes("_orig_mod")) return key;
  return key.split(".").filter((part, i) => part !== "_orig_mod" && (part !== "module" || i > 0))
    .join(".");
}

/** Whether a module has running statistics, whole or not. */
export function hasStatistics({ tensors }: Pick<ModuleNode, "tensors">): boolean {
  return "running_mean" in tensors || "running_var" in tensors;
}

/** The batch norms of a file: a running mean and a running variance, two vectors of one length. */
export function isNorm({ tensors }: Pick<ModuleNode, "tensors">): boolean {
  const { running_mean: mean, running_var: variance } = tensors;
  return mean?.shape.length === 1 && variance?.shape.length === 1 &&
    mean.shape[0] === variance.shape[0];
}

/** All modules of a tree by path, each before those below it. */
export function modulesOf(root: ModuleNode): Map<string, ModuleNode> {
  const modules = new Map<string, ModuleNode>();
  const visit = (node: ModuleNode) => {
    modules.set(node.path, node);
    node.children.forEach(visit);
  };
  visit(root);
  return modules;
}

/** The names of tensors as their modules' paths, unless two would be one: then as they are. */
function moduleKeys(tensors: readonly TensorInfo[]): string[] {
  const keys = tensors.map(({ name }) => withoutWrappers(name));
  return new Set(keys).size === keys.length ? keys : tensors.map(({ name }) => name);
}

/** Builds the tree. */
export function moduleTree(
  tensors: readonly TensorInfo[],
  counts: ReadonlyMap<string, number>,
  entries: Readonly<Record<string, RenormEntry>>,
  sb3Contrib: Omit<RenormEntry, "renormStep">,
): ModuleNode {
  const keys = moduleKeys(tensors);
  const modules = new Map([["", noTensors]]);
  tensors.forEach((tensor, index) => {
    const key = keys[index];
    const path = parentOf(key);
    let own = modules.get(path);
    if (!own || own === noTensors) modules.set(path, own = Object.create(null) as Tensors);
    own[key.slice(path === "" ? 0 : path.length + 1)] = tensor;
    for (let above = parentOf(path); !modules.has(above); above = parentOf(above)) {
      modules.set(above, noTensors);
    }
  });
  const ranks = largestRanks(tensors);
  const nodes = new Map<string, ModuleNode>();
  const below = new Map<string, string[]>();
  for (const [path, named] of modules) {
    if (path !== "") addTo(below, parentOf(path), path);
    const isOfSb3Contrib = isSb3Contrib(named);
    const own = isOfSb3Contrib ? inPytorchNames(named) : named;
    const counter = own.num_batches_tracked;
    const numBatchesTracked = counter ? counts.get(counter.name) ?? null : null;
    const byName = isOfSb3Contrib ? { ...sb3Contrib, renormStep: numBatchesTracked ?? 0 } : null;
    nodes.set(path, {
      path,
      tensors: own,
      children: noChildren,
      numBatchesTracked,
      dimensions: Math.min(3, Math.max(1, (ranks.get(own.running_mean?.shape[0]) ?? 0) - 2)),
      renorm: Object.hasOwn(entries, path) ? entries[path] : byName,
      isSb3Contrib: isOfSb3Contrib,
    });
  }
  for (const [path, paths] of below) {
    const start = path === "" ? 0 : path.length + 1;
    const children = paths.map((
      child,
    ): [string, ModuleNode] => [child.slice(start), nodes.get(child)!]);
    nodes.get(path)!.children = new Map(children.sort(([a], [b]) => byNumberAndName(a, b)));
  }
  return nodes.get("")!;
}

type Tensors = Record<string, TensorInfo>;

/** What modules without any share, since there may be as many as tensors. */
const noTensors = Object.freeze(Object.create(null)) as Tensors;
const noChildren = new Map<string, ModuleNode>();

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("."), 0));
}

/**
 * A norm as PyTorch prints it. The file does not name the class: the weights suggest 1d, 2d or 3d.
 */
export function printNorm(
  node: ModuleNode,
  { eps, momentum }: { eps: number; momentum: number | null },
): string {
  const name = `Batch${node.renorm ? "Renorm" : "Norm"}${node.dimensions}d`;
  const options = {
    eps,
    momentum,
    affine: "weight" in node.tensors,
    trackRunningStats: true,
    ...node.renorm?.limits,
    layout: "channels-first",
    runningVariance: "biased",
    onNonFinite: "skip",
    onSingleValue: "throw",
  } as const;
  // Biased is not printed: a file does not say which variance it holds.
  const numFeatures = node.tensors.running_mean.shape[0];
  return printLayer({ name, method: "batch-renorm" }, numFeatures, options);
}

/** The largest rank among the weights with as many outputs: of those that feed a norm. */
function largestRanks(tensors: readonly TensorInfo[]): Map<number, number> {
  const ranks = new Map<number, number>();
  for (const { name, shape } of tensors) {
    if (!name.endsWith("weight")) continue;
    ranks.set(shape[0], Math.max(shape.length, ranks.get(shape[0]) ?? 0));
  }
  return ranks;
}

const { compare } = new Intl.Collator("en", { numeric: true });

/** `net.2` before `net.10`, in the order of their names, whichever order the file has them in. */
function byNumberAndName(a: string, b: string): number {
  // What most names are, and the collator is slow at.
  return /^\d{1,9}$/.test(a) && /^\d{1,9}$/.test(b) ? Number(a) - Number(b) : compare(a, b);
}
