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
