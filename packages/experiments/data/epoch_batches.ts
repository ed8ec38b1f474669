import type { Drawing } from "./drawing.ts";
import type { Mt19937 } from "./mt19937.ts";
import { shuffle } from "./shuffled_batches.ts";

/**
 * Draws the batches of one epoch: every image at most once, whole batches only.
 *
 * At random, all images are shuffled and cut. Class by class, each class is shuffled and cut by
 * itself and then the batches are shuffled, so that every batch shows one digit and the digits come
 * in no order: non-i.i.d. minibatches (Ioffe 2017, section 4.3) at their end.
 *
 * @param labels the class of each image
 * @param batchSize images per batch, at least 1; a smaller class gives no batch of its own
 * @param drawing how to draw
 * @param generator decides the order; it moves on
 * @returns indices of images, one row per batch
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mt19937 } from "./mt19937.ts";
 * import { epochBatches } from "./epoch_batches.ts";
 *
 * const labels = [0, 1, 0, 1, 0];
 * const batches = epochBatches(labels, 2, "class by class", mt19937(0));
 * assert.deepEqual(batches.map(([i, j]) => labels[i] === labels[j]), [true, true]);
 * ```
 */
export function epochBatches(
  labels: ArrayLike<number>,
  batchSize: number,
  drawing: Drawing,
  generator: Mt19937,
): number[][] {
  const indices = Array.from(labels, (_, index) => index);
  if (drawing === "at random") return cut(shuffled(indices, generator), batchSize);
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const batches = classes.flatMap((label) =>
    cut(shuffled(indices.filter((index) => labels[index] === label), generator), batchSize)
  );
  return shuffled(batches, generator);
}

function shuffled<T>(items: T[], generator: Mt19937): T[] {
  shuffle(items, generator);
  return items;
}

/** Whole batches; what is left over is dropped. */
function cut(items: readonly number[], batchSize: number): number[][] {
  const count = Math.floor(items.length / batchSize);
  return Array.from({ length: count }, (_, b) => items.slice(b * batchSize, (b + 1) * batchSize));
}
