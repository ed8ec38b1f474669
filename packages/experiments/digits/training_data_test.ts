import assert from "node:assert/strict";
import { loadDigits } from "../data/digits.ts";
import { loadTrainingData } from "./training_data.ts";

Deno.test("the digits are split in the file's order, 1400 to train and 397 to test", async () => {
  const { images, labels } = await loadDigits();
  const { train, test } = await loadTrainingData({ holdOut: false });
  assert.deepEqual([train.count, test.count, train.size], [1400, 397, 8]);
  assert.deepEqual([...train.pixels, ...test.pixels], [...images]);
  assert.deepEqual([...train.labels, ...test.labels], [...labels]);
});

Deno.test("with holdOut nothing of the test images is seen", async () => {
  const whole = await loadTrainingData({ holdOut: false });
  const { train, test } = await loadTrainingData({ holdOut: true });
  assert.deepEqual([train.count, test.count], [1120, 280]);
  assert.deepEqual([...train.labels, ...test.labels], [...whole.train.labels]);
  assert.deepEqual(test.pixels, whole.train.pixels.subarray(1120 * train.size ** 2));
});
