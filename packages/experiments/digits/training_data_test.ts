import assert from "node:assert/strict";
import { loadDigits } from "../data/digits.ts";
import { loadTrainingData } from "./training_data.ts";

Deno.test("the digits are split in the file's order, 1400 to train and 397 to test", async () => {
  const { images, labels } = await loadDigits();
  const { train, test } = await loadTrainingData({ data: "digits", holdOut: false });
  assert.deepEqual([train.count, test.count, train.size], [1400, 397, 8]);
  assert.deepEqual([...train.pixels, ...test.pixels], [...images]);
  assert.deepEqual([...train.labels, ...test.labels], [...labels]);
});

Deno.test("with holdOut nothing of the test images is seen", async () => {
  for (const data of ["digits", "mnist"] as const) {
    const whole = await loadTrainingData({ data, holdOut: false });
    const { train, test } = await loadTrainingData({ data, holdOut: true });
    assert.deepEqual([train.count, test.count], [1120, 280]);
    assert.deepEqual([...train.labels, ...test.labels], [...whole.train.labels]);
    assert.deepEqual(test.pixels, whole.train.pixels.subarray(1120 * train.size ** 2));
  }
});

Deno.test("mnist has 140 and 40 images of every digit, 28 × 28 pixels in [0, 1]", async () => {
  const { train, test } = await loadTrainingData({ data: "mnist", holdOut: false });
  for (const [images, perDigit] of [[train, 140], [test, 40]] as const) {
    assert.equal(images.size, 28);
    assert.equal(images.pixels.length, images.count * 784);
    for (let digit = 0; digit < 10; digit++) {
      assert.equal(images.labels.filter((label) => label === digit).length, perDigit);
    }
    assert.ok(images.pixels.every((pixel) => pixel >= 0 && pixel <= 1));
    assert.ok(images.pixels.some((pixel) => pixel > 0.99));
  }
});
