/** Which layer each batch norm of a checkpoint goes into, and who says so. */
import { expects, show } from "@renorm/core-math/checks";
import type { FoldedLayer } from "../../fold/folding_report.ts";
import { isPlainObject, type JsonObject } from "../../json.ts";
import { modelNode } from "../../topology/layer_nodes.ts";
import { foldablePairs } from "../../topology/foldable_pairs.ts";
import { ownClass } from "../../topology/layer_class.ts";
import { readNormNode } from "../../topology/norm_node.ts";
import { guessLayers } from "./guess_by_name.ts";
import { isNorm, type ModuleNode, withoutWrappers } from "./state_dict_tree.ts";

/** Who says which layer a batch norm follows. */
export interface PairOptions {
  /** The layer before each batch norm, by their paths. */
  pairs?: Readonly<Record<string, string>>;
  /**
   * The paths of all layers in the order of their calls, activations and all else that stands
   * between included; or the topology of a Keras or TensorFlow.js model of the same names.
   */
  like?: readonly string[] | JsonObject;
  /**
   * Whether to guess by names for the norms that are left: `net.0` before `net.1`, `conv1` before
   * `bn1`. No name tells whether an activation stands between. Default false.
   */
  byName?: boolean;
}

/** A layer, and who says that the norm follows it. */
export interface Pair {
  readonly layer: ModuleNode;
  readonly by: FoldedLayer["by"];
  /** What a topology says of the two. */
  readonly eps?: number;
  readonly isTransposed?: boolean;
}

/**
 * A pair for each batch norm, or why it has none. What the caller says rules out guesses.
 *
 * @throws {TypeError} For paths that the file does not have, and layers that are named twice.
 */
export function pairNorms(
  modules: ReadonlyMap<string, ModuleNode>,
  { pairs = {}, like, byName = false }: PairOptions,
): Map<ModuleNode, Pair | { readonly reason: string }> {
  const norms = [...modules.values()].filter(isNorm);
  const paired = new Map<ModuleNode, Pair | { reason: string }>(explicitPairs(modules, pairs));
  if (like !== undefined) {
    const ordered = pairsLike(modules, like);
    if (ordered.size === 0 && norms.length > 0) {
      const wanted = "like to name batch norms of the file";
      throw new TypeError(expects("fold", wanted, "none"));
    }
    for (const [norm, pair] of ordered) {
      if (!paired.has(norm)) paired.set(norm, pair);
    }
  }
  const claimed = new Map<ModuleNode, ModuleNode>();
  for (const [norm, pair] of paired) {
    if ("reason" in pair) continue;
    const other = claimed.get(pair.layer);
    if (other) {
      const both = `${show(other.path)} and ${show(norm.path)}`;
      throw new TypeError(expects("fold", `one batch norm for ${show(pair.layer.path)}`, both));
    }
    claimed.set(pair.layer, norm);
  }
  for (const [norm, guess] of guessLayers(norms, modules)) {
    if (paired.has(norm)) continue;
    const asked = "give a pair";
    if ("reason" in guess) {
      paired.set(norm, {
        reason:
          `the layer before it cannot be told: ${asked}, ${norm.path}=LAYER (${guess.reason})`,
      });
    } else if (claimed.has(guess.layer)) {
      const reason = `${guess.layer.path}, which is called alike, takes another batch norm`;
      paired.set(norm, { reason });
    } else if (byName) paired.set(norm, { layer: guess.layer, by: "guess" });
    else {
      const guessed = `${norm.path}=${guess.layer.path} would be a guess by their names`;
      paired.set(norm, { reason: `the layer before it cannot be told: ${asked} (${guessed})` });
    }
  }
  return paired;
}

function explicitPairs(
  modules: ReadonlyMap<string, ModuleNode>,
  pairs: Readonly<Record<string, string>>,
): [ModuleNode, Pair][] {
  if (!isPlainObject(pairs)) {
    throw new TypeError(expects("fold", "pairs to be an object of paths", show(pairs)));
  }
  return Object.entries(pairs).map(([norm, layer]) => {
    const [normNode, layerNode] = [norm, layer].map((path) => moduleAt(modules, path, "pairs"));
    if (!isNorm(normNode)) {
      const got = `${show(norm)}, which has no running mean and variance`;
      throw new TypeError(expects("fold", "pairs of a batch norm and a layer", got));
    }
    return [normNode, { layer: layerNode, by: "pair" }];
  });
}

function nodeAt(modules: ReadonlyMap<string, ModuleNode>, path: string): ModuleNode | undefined {
  return modules.get(path) ?? modules.get(withoutWrappers(path));
}

/** The module at a path that the caller gave. */
export function moduleAt(
  modules: ReadonlyMap<string, ModuleNode>,
  path: string,
  option: string,
): ModuleNode {
  const found = typeof path === "string" && nodeAt(modules, path);
  if (found) return found;
  throw new TypeError(expects("fold", `${option} of paths in the file`, show(path)));
}

function pairsLike(
  modules: ReadonlyMap<string, ModuleNode>,
  like: readonly string[] | JsonObject,
): Map<ModuleNode, Pair | { reason: string }> {
  if (Array.isArray(like)) return pairsInOrder(modules, like);
  const model = modelNode(like);
  if (!model) {
    const wanted = "like to be paths in the order of calls, or a topology";
    throw new TypeError(expects("fold", wanted, show(like)));
  }
  const found = new Map<ModuleNode, Pair | { reason: string }>();
  const isClass = (node: JsonObject) =>
    /^Batch(Normalization(V[12])?|Renormalization)$/.test(ownClass(node) ?? "");
  const read = (node: JsonObject) => isClass(node) ? readNormNode(node, null) : null;
  for (const pair of foldablePairs(model, read)) {
    const norm = modules.get(pair.path);
    if (!norm || !isNorm(norm)) continue;
    const layer = "into" in pair ? modules.get(pair.into) : undefined;
    if ("reason" in pair) found.set(norm, { reason: pair.reason });
    else if (!layer) found.set(norm, { reason: `${pair.into} before it is not in the file` });
    else {
      const isTransposed = /Transpose/.test(ownClass(pair.layer)!);
      found.set(norm, { layer, by: "order", eps: pair.eps, isTransposed });
    }
  }
  return found;
}

function pairsInOrder(
  modules: ReadonlyMap<string, ModuleNode>,
  order: readonly unknown[],
): Map<ModuleNode, Pair | { reason: string }> {
  const calls = order.map((path) => {
    if (typeof path === "string") return { path, node: nodeAt(modules, path) };
    throw new TypeError(expects("fold", "like to be a list of paths", show(path)));
  });
  const times = new Map<string, number>();
  for (const { path } of calls) times.set(path, (times.get(path) ?? 0) + 1);
  const found = new Map<ModuleNode, Pair | { reason: string }>();
  calls.forEach(({ path, node }, i) => {
    if (!node || !isNorm(node)) return;
    const before = calls[i - 1];
    const twice = [path, before?.path].find((path) => path !== undefined && times.get(path)! > 1);
    if (!before) found.set(node, { reason: "nothing is called before it" });
    else if (!before.node?.tensors.weight) {
      found.set(node, { reason: `${before.path} is called before it` });
    } else if (twice !== undefined) {
      found.set(node, { reason: `${twice} is called more than once` });
    } else found.set(node, { layer: before.node, by: "order" });
  });
  return found;
}
