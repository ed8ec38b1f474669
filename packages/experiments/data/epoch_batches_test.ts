import assert from "node:assert/strict";
import { epochBatches } from "./epoch_batches.ts";
import { mt19937 } from "./mt19937.ts";

/** 10 classes, class c has 20 + c images. */
const labels = Array.from({ length: 10 }, (_, c) => new Array<number>(20 + c).fill(c)).flat();

Deno.test("batches at random hold every image at most once and leave out less than a batch", () => {
  for (const batchSize of [2, 4, 32]) {
    const drawn = epochBatches(labels, batchSize, "at random", mt19937(1)).flat();
    assert.equal(new Set(drawn).size, drawn.length);
    assert.ok(labels.length - drawn.length < batchSize);
  }
});

Deno.test("batches class by class hold one class each, every image at most once, all that fit", () => {
  for (const batchSize of [2, 4, 8]) {
    const batches = epochBatches(labels, batchSize, "class by class", mt19937(1));
    for (const batch of batches) {
      assert.equal(batch.length, batchSize);
      assert.equal(new Set(batch.map((index) => labels[index])).size, 1);
    }
    const drawn = batches.flat();
    assert.equal(new Set(drawn).size, drawn.length);
    for (let c = 0; c < 10; c++) {
      const left = 20 + c - drawn.filter((index) => labels[index] === c).length;
      assert.ok(left >= 0 && left < batchSize, `class ${c} leaves ${left}`);
    }
  }
});

Deno.test("batches class by class come in no order of the classes", () => {
  const classes = epochBatches(labels, 2, "class by class", mt19937(3)).map(([i]) => labels[i]);
  const changes = classes.filter((label, i) => i > 0 && label !== classes[i - 1]).length;
  assert.ok(changes > 0.7 * classes.length, `${changes} changes in ${classes.length} batches`);
});

Deno.test("a seed gives the same epochs again, and every epoch of it is another", () => {
  for (const drawing of ["at random", "class by class"] as const) {
    const epochs = (seed: number) => {
      const generator = mt19937(seed);
      return [1, 2].map(() => epochBatches(labels, 4, drawing, generator));
    };
    assert.deepEqual(epochs(5), epochs(5));
    assert.notDeepEqual(epochs(5), epochs(6));
    assert.notDeepEqual(epochs(5)[0], epochs(5)[1]);
  }
});
