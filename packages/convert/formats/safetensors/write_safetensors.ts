/** A safetensors file as a stream of bytes, so that a large one is never in memory as a whole. */
import type { ByteSource } from "../../files/byte_source.ts";
import { dtypeBits } from "../../files/dtypes.ts";
import { printHeader, type SafetensorsHeader } from "./header.ts";

/** A tensor of a new file. */
export interface NewTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The number of its bytes. */
  readonly length: number;
  /** Its bytes. */
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Bytes that are copied at a time: many enough that reading costs little beside writing. */
const chunkBytes = 4 * 2 ** 20;

/** The bytes from `offset`, in chunks. */
export async function* copyBytes(
  source: ByteSource,
  offset: number,
  length: number,
): AsyncIterable<Uint8Array> {
  const end = offset + length;
  for (let at = offset; at < end; at += chunkBytes) {
    yield await source.read(at, Math.min(chunkBytes, end - at));
  }
}

/**
 * A file of tensors. The wider values come first, as the reference implementation has them, so that
 * each tensor begins where PyTorch can map it.
 */
export async function* writeTensors(
  tensors: readonly NewTensor[],
  metadata: SafetensorsHeader["metadata"],
): AsyncIterable<Uint8Array> {
  const sorted = [...tensors].sort((a, b) => dtypeBits[b.dtype] - dtypeBits[a.dtype]);
  let begin = 0;
  const placed = sorted.map(({ name, dtype, shape, length }) => {
    begin += length;
    return { name, dtype, shape, begin: begin - length, end: begin };
  });
  yield printHeader({ tensors: placed, metadata, dataStart: 0 });
  for (const { chunks } of sorted) yield* chunks;
}
