import type { Mt19937 } from "./mt19937.ts";

/**
 * Draws batches of items without end: each epoch is a new shuffle, cut into batches.
 *
 * Within an epoch no item comes twice. Items that do not fill a last batch wait for the next
 * epoch's shuffle, as with `drop_last=True` in PyTorch's `DataLoader`. The arguments are checked at
 * the call, not at the first batch.
 *
 * @param items what to draw from; left as it is
 * @param batchSize items per batch, an integer from 1 to the number of items
 * @param generator decides the order; it moves on with every epoch
 * @throws {TypeError} if the batch size is not an integer
 * @throws {RangeError} if the batch size is out of range
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mt19937 } from "./mt19937.ts";
 * import { shuffledBatches } from "./shuffled_batches.ts";
 *
 * const batches = shuffledBatches([5, 6, 7, 8], 2, mt19937(0));
 * const epoch = [...batches.next().value, ...batches.next().value];
 * assert.deepEqual(epoch.sort(), [5, 6, 7, 8]);
 * ```
 */
export function shuffledBatches<T>(
  items: readonly T[],
  batchSize: number,
  generator: Mt19937,
): Generator<T[], never> {
  if (!Number.isInteger(batchSize)) {
    throw new TypeError(`shuffledBatches expects an integer batch size: got ${batchSize}`);
  }
  if (batchSize < 1 || batchSize > items.length) {
    throw new RangeError(
      `shuffledBatches expects a batch size from 1 to the ${items.length} items: got ${batchSize}`,
    );
  }
  return epochs([...items], batchSize, generator);
}

function* epochs<T>(items: T[], batchSize: number, generator: Mt19937): Generator<T[], never> {
  while (true) {
    shuffle(items, generator);
    for (let end = batchSize; end <= items.length; end += batchSize) {
      yield items.slice(end - batchSize, end);
    }
  }
}

/** Shuffles in place; every order is equally likely (Fisher-Yates). */
export function shuffle(items: unknown[], generator: Mt19937): void {
  for (let last = items.length - 1; last > 0; last--) {
    const chosen = integerBelow(last + 1, generator);
    [items[last], items[chosen]] = [items[chosen], items[last]];
  }
}

/**
 * Draws an integer in [0, bound); words past the last whole multiple of the bound are drawn again.
 */
function integerBelow(bound: number, generator: Mt19937): number {
  const limit = 2 ** 32 - 2 ** 32 % bound;
  while (true) {
    const word = generator.nextUint32();
    if (word < limit) return word % bound;
  }
}
