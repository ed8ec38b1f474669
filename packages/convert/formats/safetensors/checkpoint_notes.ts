/** What is said of a checkpoint beside its batch norms. */
import { addTo } from "../../group_by.ts";
import { listPaths, neverMoved, neverMovedNotes } from "../../norm_statistics.ts";
import type { StateDictFile } from "./state_dict_file.ts";
import {
  hasStatistics,
  isNorm,
  type ModuleNode,
  modulesOf,
  withoutWrappers,
} from "./state_dict_tree.ts";

/** What training code calls a second copy of a model that follows the first. */
const copyName = /(^|_)(ema|swa|teacher|target|shadow|averaged?|momentum|k)(_|$)/i;
/** The share of a copy's tensors that the model must have too. */
const alike = 0.8;

/**
 * Gives the notes on a checkpoint in which the layers of `done` were converted, folded or looked
 * at; asked for before the tree is changed.
 */
export function checkpointNotes(
  file: StateDictFile,
): (done: readonly { readonly path: string }[], epsAssumed?: number) => Promise<string[]> {
  const modules = [...modulesOf(file.root).values()];
  const norms = modules.filter((node) => isNorm(node));
  const assumed = norms.filter((node) => file.epsOf(node).epsFrom === "assumed").length;
  return async (done, epsAssumed = assumed) => {
    const paths = new Set(done.map(({ path }) => path));
    const unmoved: string[] = [];
    for (const node of norms) {
      if (!paths.has(node.path)) continue;
      if (neverMoved(await file.adapter.vectors(node))) unmoved.push(node.path);
    }
    return [
      ...epsAssumed > 0
        ? [`the file does not say eps: 1e-5 was assumed for ${count(epsAssumed)}`]
        : [],
      ...norms.some(({ isSb3Contrib }) => isSb3Contrib)
        ? ["ra_mean and ra_var are sb3-contrib's names: its class's own options were assumed"]
        : [],
      ...neverMovedNotes(unmoved),
      ...withoutStatistics(modules),
      ...copies(file),
    ];
  };
}

function count(layers: number): string {
  return layers === 1 ? "1 layer" : `${layers} layers`;
}

/** A note on what is called a batch norm and has a scale, but no statistics. */
function withoutStatistics(modules: readonly ModuleNode[]): string[] {
  const paths = modules.filter(({ path, tensors }) =>
    /(^|[._])(bn|batch_?norm)\d*$/i.test(path) && tensors.weight?.shape.length === 1 &&
    !hasStatistics({ tensors })
  ).map(({ path }) => path);
  if (paths.length === 0) return [];
  return [
    `no running statistics of ${listPaths(paths)}: with track_running_stats=False a batch norm ` +
    "takes those of each batch",
  ];
}

/** A note on the state of an optimizer beside weights that were folded. */
export function optimizerNotes({ shards }: StateDictFile): string[] {
  const isState = ({ name }: { name: string }) =>
    /(^|\.)((max_)?exp_avg(_sq)?|momentum_buffer)$/.test(name);
  return shards.some(({ header }) => header.tensors.some(isState))
    ? ["the state of an optimizer is left, and is that of the weights before folding"]
    : [];
}

/** A note on each second copy of the model's layers, as an average of the weights is one. */
function copies({ shards }: StateDictFile): string[] {
  const isCopy = ({ name }: { name: string }) => copyName.test(headOf(withoutWrappers(name)));
  if (!shards.some(({ header }) => header.tensors.some(isCopy))) return [];
  const byHead = new Map<string, { rest: string; shape: string }[]>();
  for (const { header } of shards) {
    for (const { name, shape } of header.tensors) {
      const [head, ...rest] = withoutWrappers(name).split(".");
      addTo(byHead, head, { rest: withoutDots(rest.join(".")), shape: shape.join() });
    }
  }
  const heads = [...byHead.keys()].filter((head) => copyName.test(head));
  const others = new Set<string>();
  for (const [head, tensors] of byHead) {
    if (heads.includes(head)) continue;
    for (const { rest, shape } of tensors) {
      // A copy may stand beside the model, or beside all of its parts.
      others.add(`${rest} ${shape}`).add(`${withoutDots(head)}${rest} ${shape}`);
    }
  }
  return heads.flatMap((head) => {
    const tensors = byHead.get(head)!;
    const common = tensors.filter(({ rest, shape }) => others.has(`${rest} ${shape}`)).length;
    if (tensors.length < 2 || common < alike * tensors.length) return [];
    return [`${head} is a second copy of the model, such as an average of its weights`];
  });
}

function headOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

/** Some copies join the parts of a name. */
function withoutDots(name: string): string {
  return name.replaceAll(".", "").replace(/^module/, "");
}
