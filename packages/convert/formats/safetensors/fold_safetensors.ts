import { bytesInMemory } from "../../files/byte_source.ts";
import { joinChunks } from "../../files/join_chunks.ts";
import type { Folding } from "../../fold/folding_report.ts";
import type { FoldSafetensorsOptions } from "./fold_options.ts";
import { planFolding } from "./plan_folding.ts";

/**
 * Folds batch norms of a PyTorch checkpoint into the convolutions and linear layers before them, for
 * a model that has `Identity` in their place, as PyTorch's `fuse_conv_bn_eval` leaves it.
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
