import { expects, show } from "@renorm/core-math/checks";
import { bytesInMemory, type ByteSource } from "../../files/byte_source.ts";
import { joinChunks } from "../../files/join_chunks.ts";
import { convertedHeader, openStateDict, readVector } from "./state_dict_file.ts";
import { isNorm, type ModuleNode } from "./state_dict_tree.ts";
import { type NewTensor, writeTensors } from "./write_safetensors.ts";
import type { TensorInfo } from "./header.ts";
import { type FoldedLayer, type Folding, folding } from "../../fold/folding.ts";
import { foldParameters } from "../../fold/fold_parameters.ts";

/** What a checkpoint does not say. */
export interface FoldSafetensorsOptions {
  /** Added to a variance under the root. Default 1e-5, PyTorch's. */
  eps?: number;
  /**
   * The layer before each batch norm, by paths, where it is not the one before it in a Sequential
   * (`net.0`, `net.1`) or the one of its name (`conv1`, `bn1`).
   */
  pairs?: Readonly<Record<string, string>>;
}

/** A folded checkpoint of which nothing was written yet. */
export interface PlannedFolding extends Folding {
  /** The new file. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Folds every batch norm of a PyTorch checkpoint into the convolution or linear layer before it, for
 * a model that has `Identity` in their place, as PyTorch's `fuse_conv_bn_eval` leaves it.
 *
 * The file does not say which layer feeds which: see `pairs`. Weights must be F32.
 *
 * @param bytes The file.
 * @param options `eps` and `pairs`.
 * @returns The new file as `bytes`, what was folded and what was not; prints as a table.
 * @throws {ModelFileError} For a file that is not valid; it names place and value.
 * @throws {TypeError} For a pair that is not in the file.
 * @throws {RangeError} For an eps out of range.
 * @see torch.nn.utils.fusion.fuse_conv_bn_eval
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foldSafetensors } from "@renorm/convert";
 *
 * await assert.rejects(foldSafetensors(new Uint8Array(4)), {
 *   message: "the file, header length: expected 8 bytes, got a file of 4",
 * });
 * ```
 */
export async function foldSafetensors(
  bytes: Uint8Array,
  options: FoldSafetensorsOptions = {},
): Promise<Folding & { readonly bytes: Uint8Array }> {
  const { folded, skipped, chunks } = await planFolding(bytesInMemory(bytes, "the file"), options);
  return { ...folding(folded, skipped), bytes: await joinChunks(chunks) };
}

/** The same for a file that is read as its result is written. */
export async function planFolding(
  source: ByteSource,
  { eps, pairs = {} }: FoldSafetensorsOptions = {},
): Promise<PlannedFolding> {
  const { header, root, adapter } = await openStateDict(source, eps === undefined ? {} : { eps });
  const modules = allModules(root);
  for (const path of Object.entries(pairs).flat()) {
    if (!modules.has(path)) {
      throw new TypeError(expects("fold", "pairs of paths in the file", show(path)));
    }
  }
  const changed = new Map<TensorInfo, NewTensor[]>();
  const folded: FoldedLayer[] = [];
  const skipped: { path: string; reason: string }[] = [];
  for (const node of modules.values()) {
    if (!isNorm(node)) continue;
    const reason = await fold(node);
    if (reason !== null) skipped.push({ path: node.path, reason });
  }
  const tensors = header.tensors.flatMap((tensor) =>
    changed.get(tensor) ?? [{ ...tensor, bytes: tensor, length: tensor.end - tensor.begin }]
  );
  const { metadata } = convertedHeader(header, root);
  const chunks = writeTensors(source, header, metadata, tensors);
  return { ...folding(folded, skipped), chunks };

  /** Plans one norm; or says why it stays. */
  async function fold(node: ModuleNode): Promise<string | null> {
    const read = adapter.read(node);
    if (!read || "unsupported" in read) return read?.unsupported ?? "it cannot be read";
    const layer = modules.get(pairs[node.path] ?? pathBefore(node.path, modules) ?? "");
    const { weight, bias } = layer?.tensors ?? {};
    if (!layer || !weight) return "the layer before it cannot be told: give a pair";
    if (weight.dtype !== "F32" || bias && bias.dtype !== "F32") {
      return `${layer.path} has ${weight.dtype}: only F32 is folded`;
    }
    const channels = node.tensors.running_mean.shape[0];
    if (weight.shape.length < 2 || weight.shape[0] !== channels) {
      return `${layer.path}.weight of ${show([...weight.shape])} has not its ${channels} channels`;
    }
    const fixed = { vectors: await adapter.vectors(node), eps: read.eps };
    const inner = weight.shape.reduce((product, n) => product * n, 1) / channels;
    const parameters = async () =>
      foldParameters(
        (await readVector(source, header, weight))!,
        (index) => Math.floor(index / inner),
        bias ? await readVector(source, header, bias) : null,
        fixed,
      );
    const biasName = weight.name.replace(/weight$/, "bias");
    const made = (name: string, shape: readonly number[], which: "kernel" | "bias") => ({
      name,
      dtype: "F32",
      shape,
      bytes: async () => new Uint8Array((await parameters())[which].buffer),
      length: 4 * shape.reduce((product, n) => product * n, 1),
    });
    changed.set(weight, [
      made(weight.name, weight.shape, "kernel"),
      made(biasName, [channels], "bias"),
    ]);
    if (bias) changed.set(bias, []);
    for (const tensor of Object.values(node.tensors)) changed.set(tensor, []);
    folded.push({ path: node.path, into: layer.path });
    return null;
  }
}

function allModules(root: ModuleNode): Map<string, ModuleNode> {
  const below = [...root.children.values()].flatMap((node) => [...allModules(node)]);
  return new Map([[root.path, root], ...below]);
}

/** The layer before a norm: one less in a Sequential, or that of its name. */
function pathBefore(path: string, modules: ReadonlyMap<string, ModuleNode>): string | null {
  const [, head, name] = path.match(/^(.*\.)?([^.]+)$/)!;
  const before = /^\d+$/.test(name)
    ? [String(Number(name) - 1)]
    : ["conv", "fc", "linear"].map((word) => name.replace(/^(bn|norm|batch_?norm)/i, word));
  const candidates = before.filter((other) => other !== name).map((other) => (head ?? "") + other);
  return candidates.find((candidate) => modules.has(candidate)) ?? null;
}
