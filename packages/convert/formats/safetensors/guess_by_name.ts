/** Guesses by names which layer a batch norm of a checkpoint follows. */
import { addTo } from "../../group_by.ts";
import type { ModuleNode } from "./state_dict_tree.ts";

/** A guess; or why there is none. */
export type Guess = { readonly layer: ModuleNode } | { readonly reason: string };

/** Words for batch norm in names, and those of layers that stand in their place: `bn1`, `conv1`. */
const normWord = /batch_?norm|norm|bn/i;
const layerWords = ["conv", "fc", "linear", "dense"];

/**
 * A layer for each batch norm: the one before it by number (`net.0`, `net.1`), or the one that is
 * called alike (`conv1`, `bn1`).
 *
 * Where one norm fits the input side of the layer that is called alike and not its output, as in a
 * network that norms first, the same names are not trusted anywhere in the file.
 */
export function guessLayers(
  norms: readonly ModuleNode[],
  modules: ReadonlyMap<string, ModuleNode>,
): Map<ModuleNode, Guess> {
  const guesses = new Map(norms.map((norm) => [norm, guessLayer(norm, modules)]));
  const claims = new Map<ModuleNode, ModuleNode[]>();
  let normsFirst: string | null = null;
  for (const [norm, guess] of guesses) {
    if ("reason" in guess) continue;
    addTo(claims, guess.layer, norm);
    if (!isNumbered(norm) && fitsInputOnly(norm, guess.layer)) {
      normsFirst ??= `${norm.path} fits only the input side of ${guess.layer.path}`;
    }
  }
  for (const [norm, guess] of guesses) {
    if ("reason" in guess) continue;
    const other = claims.get(guess.layer)!.find((other) => other !== norm);
    if (other) {
      const reason = `${other.path} has as good a claim on ${guess.layer.path}`;
      guesses.set(norm, { reason });
    } else if (normsFirst !== null && !isNumbered(norm)) {
      guesses.set(norm, { reason: `names do not tell the order in this file: ${normsFirst}` });
    }
  }
  return guesses;
}

function guessLayer(norm: ModuleNode, modules: ReadonlyMap<string, ModuleNode>): Guess {
  const { head, name } = split(norm.path);
  const names = isNumbered(norm)
    ? [String(Number(name) - 1)]
    : normWord.test(name)
    ? layerWords.map((word) => name.replace(normWord, word))
    : [];
  const found = names.flatMap((other) => modules.get(head + other) ?? [])
    .filter(({ tensors }) => tensors.weight && !tensors.running_mean);
  if (found.length === 0) return { reason: "no layer is called alike" };
  if (found.length > 1) {
    return { reason: `${found[0].path} and ${found[1].path} are both called alike` };
  }
  const [layer] = found;
  if (/emb/i.test(split(layer.path).name)) return { reason: `${layer.path} is an embedding` };
  return { layer };
}

function isNumbered({ path }: ModuleNode): boolean {
  return /^\d+$/.test(split(path).name);
}

function fitsInputOnly(norm: ModuleNode, { tensors }: ModuleNode): boolean {
  const [channels] = norm.tensors.running_mean.shape;
  const [outputs, inputs] = tensors.weight.shape;
  return outputs !== channels && inputs > 0 && channels % inputs === 0 &&
    outputs % (channels / inputs) === 0;
}

function split(path: string): { head: string; name: string } {
  const dot = path.lastIndexOf(".") + 1;
  return { head: path.slice(0, dot), name: path.slice(dot) };
}
