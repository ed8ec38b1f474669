import type { Images } from "../../protocol.ts";

/** The pixels of some images, one after another. */
export function batchPixels({ pixels, size }: Images, indices: readonly number[]): Float32Array {
  const ofOne = size ** 2;
  const batch = new Float32Array(indices.length * ofOne);
  indices.forEach((index, i) =>
    batch.set(pixels.subarray(index * ofOne, (index + 1) * ofOne), i * ofOne)
  );
  return batch;
}
