/** Accuracy before and after recalibration, where it helps and where it does not. */
import { recalibrate } from "@renorm/core-math";
import type { Drawing } from "../data/drawing.ts";
import { epochBatches } from "../data/epoch_batches.ts";
import type { LabelledImages, TrainingData } from "../data/labelled_images.ts";
import { mt19937 } from "../data/mt19937.ts";
import { type Perceptron, perceptron } from "./perceptron.ts";

/** A way to train, and the images that the network then meets. */
export interface Scenario {
  readonly name: string;
  readonly drawing: Drawing;
  readonly momentum: number;
  /** What becomes of a pixel in the images that it is recalibrated and tested on. */
  readonly pixel: (ink: number) => number;
}

const same = (ink: number) => ink;

/** All that is compared. */
export const scenarios: readonly Scenario[] = [
  { name: "batches at random", drawing: "at random", momentum: 0.1, pixel: same },
  { name: "statistics too slow", drawing: "at random", momentum: 1e-4, pixel: same },
  {
    name: "paler images",
    drawing: "at random",
    momentum: 0.1,
    pixel: (ink) => 0.4 + 0.3 * ink,
  },
  { name: "class by class", drawing: "class by class", momentum: 0.1, pixel: same },
];

/** Accuracies on the test images, from 0 to 1. */
export interface Comparison {
  readonly name: string;
  readonly before: number;
  /** After `normalizeBy: "batch"`, over batches as in training. */
  readonly byBatch: number;
  /** After `normalizeBy: "running"` with a pass for each norm. */
  readonly byRunning: number;
  /** Normalised by the batches of the test images, drawn as in training. */
  readonly inTraining: number;
}

/** How long and in what batches to train. */
export interface ComparisonSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
}

/** Trains a network and recalibrates it on the images it was trained on, as the test has them. */
export function compare(
  { train, test }: TrainingData,
  { name, drawing, momentum, pixel }: Scenario,
  { epochs, batchSize, seed }: ComparisonSettings,
): Comparison {
  const net = perceptron(train.size ** 2, { momentum }, seed);
  const generator = mt19937(seed);
  const draw = ({ labels }: LabelledImages) => epochBatches(labels, batchSize, drawing, generator);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 0.1 * (1 - epoch / epochs);
    for (const batch of draw(train)) net.learn(train, batch, rate);
  }
  const [seen, unseen] = [changed(train, pixel), changed(test, pixel)];
  const inTraining = accuracyInBatches(net, unseen, draw(unseen));
  const before = accuracy(net, unseen);
  const batches = draw(seen);
  const run = () => batches.forEach((batch) => net.forward(seen, batch));
  recalibrate(net.norms, run);
  const byBatch = accuracy(net, unseen);
  recalibrate(net.norms, run, { normalizeBy: "running", passes: net.norms.length });
  return { name, before, byBatch, byRunning: accuracy(net, unseen), inTraining };
}

function changed(images: LabelledImages, pixel: Scenario["pixel"]): LabelledImages {
  return { ...images, pixels: images.pixels.map(pixel) };
}

/** In eval mode; the mode is as before then. */
function accuracy(net: Perceptron, images: LabelledImages): number {
  net.norms.forEach((norm) => norm.eval());
  const everything = Array.from({ length: images.count }, (_, i) => i);
  const right = countRight(net, images, everything);
  net.norms.forEach((norm) => norm.train());
  return right / images.count;
}

/** In training mode; statistics and counters are put back. */
function accuracyInBatches(
  net: Perceptron,
  images: LabelledImages,
  batches: readonly (readonly number[])[],
): number {
  const states = net.norms.map((norm) => norm.stateDict());
  const right = batches.reduce((sum, batch) => sum + countRight(net, images, batch), 0);
  net.norms.forEach((norm, i) => norm.loadStateDict(states[i]));
  return right / batches.flat().length;
}

function countRight(net: Perceptron, images: LabelledImages, indices: readonly number[]): number {
  const { data, shape: [, classes] } = net.forward(images, indices);
  return indices.filter((index, i) => {
    const row = data.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row)) === images.labels[index];
  }).length;
}
