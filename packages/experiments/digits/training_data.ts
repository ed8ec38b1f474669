/** The images that the experiment learns from and is tested on. */
import { loadDigits } from "../data/digits.ts";
import { splitAt, splitDigits, type TrainingData } from "../data/labelled_images.ts";
import type { TrainingSettings } from "./settings.ts";

/** How many digits a network is trained on; the 397 others test it. */
const trainCount = 1400;

/**
 * Loads the 1797 digits of 8 × 8 pixels in the file's order, 1400 to train and the last 397 to
 * test. With `holdOut` the test images are the last fifth of the training images, which then are
 * the first four.
 *
 * @throws {TypeError} if the file of digits cannot be read
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadTrainingData } from "./training_data.ts";
 *
 * const { train, test } = await loadTrainingData({ holdOut: false });
 * assert.equal(train.count, 1400);
 * assert.equal(test.count, 397);
 * ```
 */
export async function loadTrainingData(
  { holdOut }: Pick<TrainingSettings, "holdOut">,
): Promise<TrainingData> {
  const loaded = splitDigits(await loadDigits(), trainCount);
  return holdOut ? splitAt(loaded.train, Math.floor(loaded.train.count * 0.8)) : loaded;
}
