/** A safetensors file as a stream of bytes, so that a large one is never in memory as a whole. */
import type { ByteSource } from "../../files/byte_source.ts";

import { printHeader, type SafetensorsHeader, type TensorInfo } from "./header.ts";

/** A tensor of a new file: bytes of the old one, or new ones. */
export interface NewTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes come from. */
  readonly bytes: TensorInfo | (() => Promise<Uint8Array>);
  /** Their number. */
  readonly length: number;
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

/** A file of new and old tensors. */
export async function* writeTensors(
  source: ByteSource,
  { dataStart }: SafetensorsHeader,
  metadata: SafetensorsHeader["metadata"],
  tensors: readonly NewTensor[],
): AsyncIterable<Uint8Array> {
  let begin = 0;
  const placed = tensors.map(({ name, dtype, shape, length }) => {
    begin += length;
    return { name, dtype, shape, begin: begin - length, end: begin };
  });
  yield printHeader({ tensors: placed, metadata, dataStart });
  for (const { bytes, length } of tensors) {
    if (typeof bytes === "function") yield await bytes();
    else yield* copyBytes(source, dataStart + bytes.begin, length);
  }
}
