import { mt19937 } from "../data/mt19937.ts";
import { shuffle } from "../data/shuffled_batches.ts";

/** The digits of each of ten clients: five have one digit, and five have two. */
export const digitsOfClients: readonly (readonly number[])[] = [
  ...[[0], [1], [2], [3], [4]],
  ...[[5, 6], [6, 7], [7, 8], [8, 9], [9, 5]],
];

/**
 * Divides images among clients, each of which has as many of each of its digits; no image goes to
 * two clients.
 *
 * @param labels the digit of each image
 * @param samples images of a client
 * @param seed decides which images a client has
 * @returns indices of images, a row per client
 * @throws {RangeError} if there are too few images of a digit
 */
export function divide(labels: ArrayLike<number>, samples: number, seed: number): number[][] {
  const generator = mt19937(seed);
  const byDigit = Array.from({ length: 10 }, (_, digit) => {
    const indices = Array.from(labels, (_, i) => i).filter((i) => labels[i] === digit);
    shuffle(indices, generator);
    return indices;
  });
  return digitsOfClients.map((digits) =>
    digits.flatMap((digit) => {
      const share = samples / digits.length;
      const taken = byDigit[digit].splice(0, share);
      if (taken.length === share) return taken;
      throw new RangeError(`divide expects ${share} images of ${digit}: got ${taken.length}`);
    })
  );
}
