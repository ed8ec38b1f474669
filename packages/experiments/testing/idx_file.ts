/** The bytes of an IDX file of unsigned bytes. */
export function idxFile(dimensions: readonly number[], values: ArrayLike<number>): Uint8Array {
  const start = 4 + 4 * dimensions.length;
  const bytes = new Uint8Array(start + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x800 + dimensions.length);
  dimensions.forEach((length, i) => view.setUint32(4 + 4 * i, length));
  bytes.set(Array.from(values), start);
  return bytes;
}
