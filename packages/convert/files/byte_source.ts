import { ModelFileError } from "./model_file_error.ts";

/** Bytes that are read in parts: a file, or an array in memory. */
export interface ByteSource {
  /** The file's name, for errors. */
  readonly name: string;
  /** Number of bytes. */
  readonly size: number;
  /** Bytes from `offset`; exactly `length` of them, which must lie within the size. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** An array of bytes as a source. */
export function bytesInMemory(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

/** What is read at once at most: the text of a `model.json`, a shard, an archive. */
const largestWhole = 2 ** 31;

/** All bytes of a source. */
export async function readAll({ name, size, read }: ByteSource): Promise<Uint8Array> {
  if (size <= largestWhole) return await read(0, size);
  throw new ModelFileError(name, "size", `at most ${largestWhole} bytes`, String(size));
}
