import { type ConversionReport, conversionReport } from "../../conversion.ts";
import { convertToBatchNorm, convertToBatchRenorm } from "../../convert.ts";
import type { ConvertToBatchRenormOptions } from "../../convert_options.ts";
import { bytesInMemory, type ByteSource } from "../../files/byte_source.ts";
import { joinChunks } from "../../files/join_chunks.ts";
import { printHeader } from "./header.ts";
import { convertedHeader, openStateDict } from "./state_dict_file.ts";
import { copyBytes } from "./write_safetensors.ts";

/** Which way, and the options of {@linkcode convertToBatchRenorm}, for a PyTorch checkpoint. */
export interface ConvertSafetensorsOptions extends ConvertToBatchRenormOptions {
  /** `"batch-norm"` goes back. Default `"batch-renorm"`. */
  to?: "batch-renorm" | "batch-norm";
  /** What the file does not say: added to a variance under the root. Default 1e-5, PyTorch's. */
  eps?: number;
}

/** A conversion of a checkpoint of which only the header was read. */
export interface PlannedSafetensors extends ConversionReport {
  /** The new file: another header, and the tensors' bytes as they are. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Converts a checkpoint's header: the tensors need no change, whatever their size. */
export async function planSafetensors(
  source: ByteSource,
  { to = "batch-renorm", eps, momentum, ...options }: ConvertSafetensorsOptions = {},
): Promise<PlannedSafetensors> {
  const known = { ...eps !== undefined && { eps }, ...momentum !== undefined && { momentum } };
  const { header, root, adapter } = await openStateDict(source, known);
  const done = to === "batch-norm"
    ? convertToBatchNorm(root, { ...options, adapter })
    : convertToBatchRenorm(root, { ...options, adapter });
  const { model, converted, skipped } = done;
  async function* chunks() {
    yield printHeader(convertedHeader(header, model));
    yield* copyBytes(source, header.dataStart, source.size - header.dataStart);
  }
  return { ...conversionReport(converted, skipped), chunks: chunks() };
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
 * const vector = (begin: number) => ({ dtype: "F32", shape: [1], data_offsets: [begin, begin + 4] });
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
  const planned = await planSafetensors(bytesInMemory(bytes, "the file"), options);
  const { chunks, converted, skipped } = planned;
  return { ...conversionReport(converted, skipped), bytes: await joinChunks(chunks) };
}
