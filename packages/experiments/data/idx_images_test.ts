import assert from "node:assert/strict";
import { idxFile } from "../testing/idx_file.ts";
import { readIdxImages } from "./idx_images.ts";

/** Five images of 4 × 4: the n-th has values n·16 + 0 to 15. */
const images = idxFile([5, 4, 4], Array.from({ length: 80 }, (_, i) => i));
const labels = idxFile([5], [9, 8, 7, 6, 5]);

Deno.test("images are halved by the mean of four pixels, in [0, 1]", () => {
  const { pixels, labels: told, size, count } = readIdxImages(images, labels, 5);
  assert.deepEqual([size, count, [...told]], [2, 5, [9, 8, 7, 6, 5]]);
  // Of 0, 1, 4 and 5; of 2, 3, 6 and 7; and so on in steps of 16 from image to image.
  const first = [2.5, 4.5, 10.5, 12.5];
  const expected = [0, 1, 2, 3, 4].flatMap((n) => first.map((value) => (16 * n + value) / 255));
  pixels.forEach((pixel, i) => assert.ok(Math.abs(pixel - expected[i]) < 1e-7));
});

Deno.test("a part of the images is taken at even distances, and no more than there are", () => {
  const whole = readIdxImages(images, labels, 100);
  assert.equal(whole.count, 5);
  const part = readIdxImages(images, labels, 2);
  assert.deepEqual([...part.labels], [9, 7]);
  assert.deepEqual([...part.pixels.subarray(4)], [...whole.pixels.subarray(8, 12)]);
});

Deno.test("what is not such files is named", () => {
  const wrong: [Uint8Array, Uint8Array, RegExp][] = [
    [labels, labels, /the images to be an IDX file of 3 dimensions/],
    [images, images, /the labels to be an IDX file of 1 dimensions/],
    [images.subarray(0, 6), labels, /the images to be an IDX file .*: got 6 other bytes/],
    [images.subarray(0, -1), labels, /the images to hold 80 values: got 79/],
    [images, idxFile([4], [1, 2, 3, 4]), /the labels to be one for each of 5 images: got 4/],
    [images, idxFile([5], [1, 2, 3, 4, 10]), /the labels to be digits: got 10/],
    [idxFile([1, 2, 4], new Array(8).fill(0)), idxFile([1], [0]), /even size: got 2 × 4/],
    [idxFile([1, 3, 3], new Array(9).fill(0)), idxFile([1], [0]), /even size: got 3 × 3/],
  ];
  for (const [images, labels, message] of wrong) {
    assert.throws(() => readIdxImages(images, labels, 5), message);
  }
});
