/** Bytes on their way to a file. */
export interface Output {
  /** The file's place from the folder of the result: `model.json`, `weights/shard1of2.bin`. */
  readonly name: string;
  /** Its bytes, in this order. */
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Whether the model that was read has a file of that name with these bytes (default: false). */
  readonly isThere?: boolean;
}
