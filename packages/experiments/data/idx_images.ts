/** Files of the IDX format, as MNIST comes in. */
import type { LabelledImages } from "./labelled_images.ts";

/** Says which file it was, whatever is wrong with it. */
function expected(name: string, what: string, got: unknown): TypeError {
  return new TypeError(`readIdxImages expects ${name} to ${what}: got ${got}`);
}

/**
 * Reads square images and their labels at even distances, and makes each image half as high and
 * wide by the mean of four pixels.
 *
 * A file is big-endian: the bytes 0, 0, 8 (unsigned bytes), the number of dimensions, each of them
 * as 32 bits, the values.
 *
 * @param images bytes of a file of dimensions `[count, size, size]`, 0 paper and 255 ink
 * @param labels bytes of a file of dimension `[count]`, 0 to 9
 * @param wanted how many; all where the files hold fewer
 * @throws {TypeError} if the bytes are not such files, of as many images as labels
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readIdxImages } from "./idx_images.ts";
 *
 * const header = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2];
 * const images = Uint8Array.of(...header, 255, 255, 0, 0);
 * const { pixels, labels, size } = readIdxImages(
 *   images,
 *   Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7),
 *   10,
 * );
 * assert.deepEqual([size, pixels[0], labels[0]], [1, 0.5, 7]);
 * ```
 */
export function readIdxImages(
  images: Uint8Array,
  labels: Uint8Array,
  wanted: number,
): LabelledImages {
  const { values, dimensions: [total, height, width] } = readIdx("the images", images, 3);
  const told = readIdx("the labels", labels, 1);
  if (height !== width || height % 2 !== 0) {
    throw expected("the images", "be square, of an even size", `${height} × ${width}`);
  }
  if (told.dimensions[0] !== total) {
    throw expected("the labels", `be one for each of ${total} images`, told.dimensions[0]);
  }
  const count = Math.min(wanted, total);
  const size = height / 2;
  const taken = Array.from({ length: count }, (_, i) => Math.floor(i * total / count));
  const wrong = taken.find((image) => told.values[image] > 9);
  if (wrong !== undefined) throw expected("the labels", "be digits", told.values[wrong]);
  const pixels = new Float32Array(count * size * size);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = i % (size * size);
    const corner = taken[Math.floor(i / (size * size))] * height * width +
      2 * Math.floor(pixel / size) * width + 2 * (pixel % size);
    const below = corner + width;
    const sum = values[corner] + values[corner + 1] + values[below] + values[below + 1];
    pixels[i] = sum / (4 * 255);
  }
  return { pixels, labels: Uint8Array.from(taken, (image) => told.values[image]), size, count };
}

function readIdx(name: string, bytes: Uint8Array, rank: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + 4 * rank;
  const magic = bytes.length < start ? null : view.getUint32(0);
  if (magic !== 0x800 + rank) {
    throw expected(name, `be an IDX file of ${rank} dimensions`, `${bytes.length} other bytes`);
  }
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const length = dimensions.reduce((product, size) => product * size, 1);
  const values = bytes.subarray(start);
  if (values.length !== length) throw expected(name, `hold ${length} values`, values.length);
  return { dimensions, values };
}
