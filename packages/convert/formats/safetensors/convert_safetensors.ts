import { type ConversionReport, conversionReport } from "../../conversion_report.ts";
import { convertTo } from "../../convert.ts";
import type { ConvertToBatchRenormOptions } from "../../convert_options.ts";
import { bytesInMemory, type ByteSource } from "../../files/byte_source.ts";
import { joinChunks } from "../../files/join_chunks.ts";
import type { EpsByPath } from "./eps_by_path.ts";
import { printHeader } from "./header.ts";
import { checkpointNotes } from "./checkpoint_notes.ts";
import { convertedHeader, openStateDict } from "./state_dict_file.ts";
import { modulesOf } from "./state_dict_tree.ts";
import { copyBytes } from "./write_safetensors.ts";

/** Which way, and the options of {@linkcode convertToBatchRenorm}, for a PyTorch checkpoint. */
export interface ConvertSafetensorsOptions extends ConvertToBatchRenormOptions {
  /** `"batch-norm"` goes back. Default `"batch-renorm"`. */
  to?: "batch-renorm" | "batch-norm";
  /**
   * What the file does not say: added to a variance under the root, one number or one for each
   * path, in which `*` is any characters. Default 1e-5, PyTorch's.
   */
  eps?: EpsByPath;
}

/** A file of a new checkpoint, of which nothing was written yet. */
export interface NewShard {
  /** The file that it is made of. */
  readonly source: ByteSource;
  /** The names of its tensors, in order. */
  readonly tensors: readonly { readonly name: string }[];
  /** Their bytes, all together. */
  readonly dataBytes: number;
  /** The new file. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** What is to be written of a checkpoint. */
export interface PlannedFiles<Report> {
  readonly report: Report;
  readonly shards: readonly NewShard[];
}

/**
 * Converts the headers of a checkpoint's files: the tensors need no change, whatever their size.
 */
export async function planSafetensors(
  sources: ByteSource | readonly ByteSource[],
  { to = "batch-renorm", eps, momentum, ...options }: ConvertSafetensorsOptions = {},
): Promise<PlannedFiles<ConversionReport>> {
  const known = { ...eps !== undefined && { eps }, ...momentum !== undefined && { momentum } };
  const file = await openStateDict(sources, known);
  const { root, adapter } = file;
  const notesOn = checkpointNotes(file);
  const { model, converted, skipped } = convertTo(to, root, { ...options, adapter });
  const modules = modulesOf(model);
  const shards = file.shards.map(({ source, header }) => ({
    source,
    tensors: header.tensors,
    dataBytes: source.size - header.dataStart,
    chunks: (async function* () {
      yield printHeader(convertedHeader(header, modules.values()));
      yield* copyBytes(source, header.dataStart, source.size - header.dataStart);
    })(),
  }));
  return { report: conversionReport(converted, skipped, await notesOn(converted)), shards };
}

/**
 * Converts a PyTorch checkpoint in safetensors, in memory.
 *
 * The tensors stay as they are, under PyTorch's keys, so PyTorch loads the result too; the options
 * of batch renorm go into the file's metadata. A batch norm is a running mean beside a running
 * variance; of its options the file knows none, hence `eps` and `momentum`.
 *
 * @param bytes The file.
 * @param options As for {@linkcode convertToBatchRenorm}, and `to`, `eps`.
 * @returns The new file as `bytes`, what was converted and what was skipped; prints as a table.
 * @throws {ModelFileError} For a file that is not valid; it names place and value.
 * @throws {TypeError} For options or layers that cannot be converted.
 * @throws {RangeError} For an option out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertSafetensors } from "@renorm/convert";
 *
 * const vector = (from: number) => ({ dtype: "F32", shape: [1], data_offsets: [from, from + 4] });
 * const header = JSON.stringify({ "bn.running_mean": vector(0), "bn.running_var": vector(4) });
 * const file = new Uint8Array(8 + header.length + 8);
 * file[0] = header.length;
 * file.set(new TextEncoder().encode(header), 8);
 *
 * const { bytes, converted } = await convertSafetensors(file, { warmupSteps: 100 });
 * assert.equal(converted[0].path, "bn");
 * assert.deepEqual(bytes.slice(-8), file.slice(-8));
 * ```
 */
export async function convertSafetensors(
  bytes: Uint8Array,
  options: ConvertSafetensorsOptions = {},
): Promise<ConversionReport & { readonly bytes: Uint8Array }> {
  const { report, shards } = await planSafetensors(bytesInMemory(bytes, "the file"), options);
  return { ...report, bytes: await joinChunks(shards[0].chunks) };
}
