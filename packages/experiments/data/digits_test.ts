import assert from "node:assert/strict";
import { classByClassBatches, loadDigits, parseDigits, randomBatches } from "./digits.ts";
import { mt19937 } from "./mt19937.ts";

const digits = await loadDigits();

Deno.test("loadDigits() reads 1797 images, of each class as many as scikit-learn's data set has", () => {
  assert.equal(digits.count, 1797);
  assert.equal(digits.images.length, 1797 * 64);
  assert.equal(digits.labels.length, 1797);
  const perClass = new Array<number>(10).fill(0);
  for (const label of digits.labels) perClass[label]++;
  assert.deepEqual(perClass, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
});

Deno.test("loadDigits() gives the first image as the file's first line has it, over 16", () => {
  // deno-fmt-ignore
  const first = [
    0, 0, 5, 13, 9, 1, 0, 0,
    0, 0, 13, 15, 10, 15, 5, 0,
    0, 3, 15, 2, 0, 11, 8, 0,
    0, 4, 12, 0, 0, 8, 8, 0,
    0, 5, 8, 0, 0, 9, 8, 0,
    0, 4, 11, 0, 1, 12, 7, 0,
    0, 2, 14, 5, 10, 12, 0, 0,
    0, 0, 6, 13, 10, 0, 0, 0,
  ];
  assert.deepEqual([...digits.images.subarray(0, 64)].map((pixel) => pixel * 16), first);
  assert.equal(digits.labels[0], 0);
});

Deno.test("loadDigits() scales pixels to [0, 1] and reaches both ends", () => {
  assert.equal(digits.images.reduce((a, b) => Math.min(a, b)), 0);
  assert.equal(digits.images.reduce((a, b) => Math.max(a, b)), 1);
});

Deno.test("parseDigits() refuses a line that is no digit, and says which", () => {
  const good = "0,".repeat(64) + "1";
  const bad = ["1,2", good + ",0", "17," + good.slice(2), "0.5," + good.slice(2), good + "0", "x"];
  for (const line of bad) {
    assert.throws(() => parseDigits(`${good}\n${line}\n`), {
      name: "TypeError",
      message:
        `parseDigits expects 64 integers from 0 to 16 and a label from 0 to 9: got line 2 "${line}"`,
    });
  }
});

Deno.test("randomBatches() covers nearly all images in an epoch, in mixed classes", () => {
  const batches = randomBatches(digits, 32, mt19937(0));
  const epoch = Array.from({ length: 56 }, () => batches.next().value);
  assert.equal(new Set(epoch.flat()).size, 56 * 32);
  for (const batch of epoch) {
    assert.ok(new Set(batch.map((index) => digits.labels[index])).size > 3);
  }
});

Deno.test("classByClassBatches() gives one class per batch, the ten in turn, none twice an epoch", () => {
  const batches = classByClassBatches(digits, 17, mt19937(0));
  const drawn = Array.from({ length: 100 }, () => batches.next().value);
  drawn.forEach((batch, i) => {
    assert.equal(batch.length, 17);
    for (const index of batch) assert.equal(digits.labels[index], i % 10);
  });
  // Every class has at least 10 batches of 17 images, so these are still in the first epoch.
  assert.equal(new Set(drawn.flat()).size, 1700);
});

Deno.test("the same seed draws the same batches, another seed others", () => {
  for (const draw of [randomBatches, classByClassBatches]) {
    const first = (seed: number) => draw(digits, 8, mt19937(seed)).next().value;
    assert.deepEqual(first(7), first(7));
    assert.notDeepEqual(first(7), first(8));
  }
});

Deno.test("batches larger than the data or the smallest class are refused", () => {
  const none = parseDigits("");
  assert.throws(() => randomBatches(none, 1, mt19937(0)), { name: "RangeError" });
  assert.throws(() => classByClassBatches(none, 1, mt19937(0)), { name: "RangeError" });
  assert.throws(() => randomBatches(digits, 1798, mt19937(0)), { name: "RangeError" });
  assert.throws(() => classByClassBatches(digits, 175, mt19937(0)), { name: "RangeError" });
  classByClassBatches(digits, 174, mt19937(0)).next();
});
