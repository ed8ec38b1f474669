import type { Mt19937 } from "./mt19937.ts";
import { shuffledBatches } from "./shuffled_batches.ts";

/** Handwritten digits and what they show. */
export interface Digits {
  /** Pixels of shape `[n, 1, 8, 8]`, row-major, in [0, 1]: 0 is paper, 1 is ink. */
  readonly images: Float32Array;
  /** The digit that each image shows, 0 to 9, of shape `[n]`. */
  readonly labels: Uint8Array;
  /** Number of images, n. */
  readonly count: number;
}

const pixelCount = 64;
const largestPixel = 16;

/**
 * Loads the 1797 handwritten digits in `digits.csv.gz`; see the README beside that file.
 *
 * @throws {TypeError} if the file cannot be read or holds something else
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadDigits } from "./digits.ts";
 *
 * const digits = await loadDigits();
 * assert.equal(digits.count, 1797);
 * assert.equal(digits.images.length, 1797 * 64);
 * assert.deepEqual([...digits.labels.subarray(0, 3)], [0, 1, 2]);
 * ```
 */
export async function loadDigits(): Promise<Digits> {
  // fetch reads file URLs in Deno and works in a browser as well.
  const response = await fetch(new URL("./digits.csv.gz", import.meta.url));
  if (!response.ok) {
    throw new TypeError(
      `loadDigits expects to read ${response.url}: got status ${response.status}`,
    );
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Some servers name gzip as the encoding of the transfer, and then a browser has unpacked it.
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isPacked) return parseDigits(new TextDecoder().decode(bytes));
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return parseDigits(await new Response(text).text());
}

/**
 * Parses digits from lines of 64 pixels from 0 to 16, row by row, and a label from 0 to 9.
 *
 * @param csv comma-separated integers, one image a line, without a header
 * @throws {TypeError} if a line is not 65 integers in those ranges
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseDigits } from "./digits.ts";
 *
 * const digits = parseDigits("8,".repeat(64) + "7\n");
 * assert.equal(digits.images[0], 0.5);
 * assert.equal(digits.labels[0], 7);
 * ```
 */
export function parseDigits(csv: string): Digits {
  const lines = csv.split("\n").filter((line) => line !== "");
  const images = new Float32Array(lines.length * pixelCount);
  const labels = new Uint8Array(lines.length);
  lines.forEach((line, n) => {
    const values = line.split(",").map(Number);
    const pixels = values.slice(0, pixelCount);
    const label = values[pixelCount];
    const valid = values.length === pixelCount + 1 && isIntegerUpTo(9, label) &&
      pixels.every((pixel) => isIntegerUpTo(largestPixel, pixel));
    if (!valid) {
      throw new TypeError(
        `parseDigits expects 64 integers from 0 to 16 and a label from 0 to 9: got line ${
          n + 1
        } "${line}"`,
      );
    }
    images.set(pixels.map((pixel) => pixel / largestPixel), n * pixelCount);
    labels[n] = label;
  });
  return { images, labels, count: lines.length };
}

function isIntegerUpTo(largest: number, value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= largest;
}

/**
 * Draws batches of image indices without end: each epoch is a new shuffle of all images.
 *
 * The few images that do not fill a last batch wait for the next epoch's shuffle.
 *
 * @param batchSize images per batch, an integer from 1 to the number of images
 * @param generator decides the order; it moves on with every epoch
 * @throws {TypeError} if the batch size is not an integer
 * @throws {RangeError} if the batch size is out of range
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadDigits, randomBatches } from "./digits.ts";
 * import { mt19937 } from "./mt19937.ts";
 *
 * const batches = randomBatches(await loadDigits(), 4, mt19937(0));
 * assert.equal(batches.next().value.length, 4);
 * ```
 */
export function randomBatches(
  digits: Pick<Digits, "labels" | "count">,
  batchSize: number,
  generator: Mt19937,
): Generator<number[], never> {
  const indices = Array.from(digits.labels, (_, index) => index);
  return shuffledBatches(indices, batchSize, generator);
}

/**
 * Draws batches of image indices without end, each from a single class; the classes take turns,
 * in rising order.
 *
 * This takes non-i.i.d. minibatches (Ioffe 2017, section 4.3) to their end: the moments of a batch
 * tell its class. Within a class the images come in shuffled epochs, as in {@link randomBatches}.
 *
 * @param batchSize images per batch, an integer from 1 to the size of the smallest class
 * @param generator decides the order in each class; it moves on with every epoch of a class
 * @throws {TypeError} if the batch size is not an integer
 * @throws {RangeError} if the batch size is out of range or there is no image
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { classByClassBatches, loadDigits } from "./digits.ts";
 * import { mt19937 } from "./mt19937.ts";
 *
 * const digits = await loadDigits();
 * const batches = classByClassBatches(digits, 4, mt19937(0));
 * assert.ok(batches.next().value.every((index) => digits.labels[index] === 0));
 * assert.ok(batches.next().value.every((index) => digits.labels[index] === 1));
 * ```
 */
export function classByClassBatches(
  digits: Pick<Digits, "labels" | "count">,
  batchSize: number,
  generator: Mt19937,
): Generator<number[], never> {
  if (digits.count === 0) {
    throw new RangeError("classByClassBatches expects at least one image: got 0");
  }
  const classes = [...new Set(digits.labels)].sort((a, b) => a - b).map((label) =>
    Array.from(digits.labels.keys()).filter((index) => digits.labels[index] === label)
  );
  return inTurns(classes.map((indices) => shuffledBatches(indices, batchSize, generator)));
}

function* inTurns<T>(sources: readonly Generator<T, never>[]): Generator<T, never> {
  while (true) {
    for (const source of sources) yield source.next().value;
  }
}
