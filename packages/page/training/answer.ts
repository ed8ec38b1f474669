/** What a network makes of a single image, among others and by itself. */
import type { Limits } from "@renorm/schedule";
import * as tf from "@tensorflow/tfjs";
import { scoresInBothModes } from "./measured_images.ts";
import { readAtOnce } from "./read_at_once.ts";

/** The probabilities of the ten digits for the first image of a batch. */
export interface Answer {
  /** Normalised by its batch, as in training. */
  readonly trainingMode: Float32Array;
  /** By the running statistics, as at inference. */
  readonly evalMode: Float32Array;
}

/**
 * Reads the first image of a batch with a network, whose state stays as it is.
 *
 * @param pixels of the batch, `[n, size, size]` in [0, 1]
 * @param limits in force in training mode; 1 and 0 are batch norm's
 */
export async function answerOf(
  net: tf.Sequential,
  pixels: Float32Array,
  size: number,
  limits: Limits,
): Promise<Answer> {
  const count = pixels.length / size ** 2;
  const [trainingMode, evalMode] = await readAtOnce(() => {
    const x = tf.tensor4d(pixels, [count, size, size, 1]);
    const told = tf.softmax(scoresInBothModes(net, x, 1, limits));
    return [0, count].map((row) => tf.slice(told, row, 1));
  });
  return { trainingMode, evalMode };
}
