/** Accuracies of one trained network by the data that it was recalibrated over. */
import * as tf from "@tensorflow/tfjs";
import { type RecalibrateOptions, renormLayers } from "@renorm/tfjs";
import type { Drawing } from "../data/drawing.ts";
import { epochBatches } from "../data/epoch_batches.ts";
import type { LabelledImages, TrainingData } from "../data/labelled_images.ts";
import { mt19937 } from "../data/mt19937.ts";
import { imageTensor, score } from "../training/evaluate.ts";

const { recalibrate } = renormLayers(tf);

/** What was measured, in the words of the table. */
export type Accuracies = Readonly<Record<string, number>>;

const byRunning: RecalibrateOptions = { normalizeBy: "running", passes: 2 };

/**
 * Measures a network as it is, and after each recalibration; its statistics are its own again in
 * the end.
 *
 * Dim images are the test images with ink of 0.7 on paper of 0.3.
 */
export async function measureNetwork(
  model: tf.LayersModel,
  { train, test }: TrainingData,
): Promise<Accuracies> {
  const dim = { ...test, pixels: test.pixels.map((value) => 0.3 + 0.4 * value) };
  const weights = model.getWeights().map((weight) => weight.clone());
  const accuracies: Record<string, number> = {};
  const measure = async (
    name: string,
    images: LabelledImages,
    over: tf.Tensor[] = [],
    options: RecalibrateOptions = {},
  ) => {
    if (over.length > 0) await recalibrate(model, over, options);
    accuracies[name] = accuracyOf(model, images);
    model.setWeights(weights);
    tf.dispose(over);
  };
  await measure("test images, before", test);
  await measure("test images, at random, by batch", test, draw(train, "at random", 32));
  await measure("test images, by class, by batch", test, draw(train, "class by class", 4));
  const byClass = draw(train, "class by class", 4);
  await measure("test images, by class, by running", test, byClass, byRunning);
  await measure("dim images, before", dim);
  await measure("dim images, all of them", dim, draw(dim, "at random", 1), byRunning);
  await measure("dim images, 16 of them", dim, draw(dim, "at random", 16, 1), byRunning);
  await measure("dim images, 16 of one digit", dim, draw(dim, "class by class", 16, 1), byRunning);
  tf.dispose(weights);
  return accuracies;
}

/** The first batches of an epoch, the same for every network. */
export function draw(
  images: LabelledImages,
  drawing: Drawing,
  size: number,
  count = Infinity,
): tf.Tensor[] {
  return epochBatches(images.labels, size, drawing, mt19937(0)).slice(0, count)
    .map((indices) => imageTensor(images, indices));
}

export function accuracyOf(model: tf.LayersModel, images: LabelledImages): number {
  const everything = Array.from({ length: images.count }, (_, index) => index);
  return tf.tidy(() => {
    const scores = model.predict(imageTensor(images, everything)) as tf.Tensor;
    return score(scores.arraySync() as number[][], images.labels).accuracy;
  });
}
