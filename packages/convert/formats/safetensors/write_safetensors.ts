/** A safetensors file as a stream of bytes, so that a large one is never in memory as a whole. */
import type { ByteSource } from "../../files/byte_source.ts";
import { dtypeBits } from "../../files/dtypes.ts";
import { printHeader, type SafetensorsHeader, type TensorInfo } from "./header.ts";

/** A tensor of a new file that is not in the old one. */
export interface NewTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The number of its bytes. */
  readonly length: number;
  /** Its bytes. */
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The number of a tensor's bytes, be it new or of the old file. */
export function bytesOf(tensor: NewTensor | TensorInfo): number {
  return "length" in tensor ? tensor.length : tensor.end - tensor.begin;
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
 * A file of tensors, those of `old` copied. The wider values come first, as the reference
 * implementation has them, so that each tensor begins where PyTorch can map it.
 */
export async function* writeTensors(
  tensors: readonly (NewTensor | TensorInfo)[],
  metadata: SafetensorsHeader["metadata"],
  { source, header }: { readonly source: ByteSource; readonly header: SafetensorsHeader },
): AsyncIterable<Uint8Array> {
  const sorted = [...tensors].sort((a, b) => dtypeBits[b.dtype] - dtypeBits[a.dtype]);
  yield printHeader({ tensors: placed(sorted), metadata });
  for (const tensor of sorted) {
    if ("chunks" in tensor) yield* tensor.chunks;
    else yield* copyBytes(source, header.dataStart + tensor.begin, bytesOf(tensor));
  }
}

/** The tensors one after another. */
function* placed(tensors: Iterable<NewTensor | TensorInfo>): Iterable<TensorInfo> {
  let begin = 0;
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor;
    const end = begin + bytesOf(tensor);
    yield { name, dtype, shape, begin, end };
    begin = end;
  }
}
