import * as tf from "@tensorflow/tfjs";
import { type Limits, limitsAt, linearWarmup } from "@renorm/schedule";
import { renormLayers } from "@renorm/tfjs";
import { epochBatches } from "../data/epoch_batches.ts";
import type { TrainingData } from "../data/labelled_images.ts";
import { mt19937 } from "../data/mt19937.ts";
import { crossEntropy, oneHot } from "../training/cross_entropy.ts";
import { freeze } from "../training/freeze.ts";
import { evaluate, type Evaluation, imageTensor } from "../training/evaluate.ts";
import { mean } from "../training/mean.ts";
import { miniCnn } from "../training/mini_cnn.ts";
import { normForEvaluation, normForTraining } from "../training/norm_layers.ts";
import { learningRate, type Run, type TrainingSettings } from "./settings.ts";

const { freezeBatchNorm } = renormLayers(tf);

/** What an epoch gave. */
export interface Epoch extends Evaluation {
  /** Mean over the epoch's batches, as they were learned from. */
  readonly trainingLoss: number;
}

/** What a run gave. */
export interface TrainedRun {
  readonly run: Run;
  /** At the end of every epoch. */
  readonly epochs: readonly Epoch[];
}

/** A finished run, with the settings it was trained with. */
export interface RunResult extends TrainedRun {
  readonly settings: TrainingSettings;
  readonly seconds: number;
}

/** How far a run is. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** Mean loss of the last few batches. */
  readonly loss: number;
  /** The epochs so far. */
  readonly epochs: readonly Epoch[];
}

/** Steps between two reports. */
const reportEvery = 25;

/**
 * Trains a network; the same arguments give the same numbers on TensorFlow.js' cpu backend.
 *
 * Stochastic gradient descent with momentum, the learning rate falling to 0 in a straight line.
 * Seeds decide the start and the batches, whatever the norm.
 *
 * @param report is called every few steps and at the end of each epoch
 * @param use is given the trained model before it is disposed of
 */
export async function train(
  { train: images, test }: TrainingData,
  run: Run,
  settings: TrainingSettings,
  report: (progress: Progress) => void | Promise<void> = () => {},
  use: (model: tf.Sequential) => void | Promise<void> = () => {},
): Promise<RunResult> {
  const started = performance.now();
  const { norm, batchSize, drawing, seed } = run;
  const draw = (images: TrainingData["test"], seed: number) => {
    const generator = mt19937(seed);
    return () => epochBatches(images.labels, batchSize, drawing, generator);
  };
  const nextEpoch = draw(images, seed);
  const testBatches = draw(test, seed)();
  const stepsAnEpoch = draw(images, seed)().length;
  const steps = stepsAnEpoch * settings.epochs;

  const model = miniCnn(images.size, normForTraining(norm, settings, steps), seed);
  if (norm === "frozen batch norm") freeze(model, images);
  const rate = learningRate(settings, batchSize);
  const optimizer = tf.train.momentum(rate, settings.optimizerMomentum);
  model.compile({ optimizer, loss: crossEntropy });

  const evaluateNow = (step: number): Evaluation => {
    const limits = limitsOf(run, settings, steps, step);
    const makeNorm = normForEvaluation(norm, settings, limits ?? { rmax: 1, dmax: 0 });
    const copy = miniCnn(images.size, makeNorm, seed);
    // Freezing changes the order of a model's weights, so it comes first.
    if (norm === "frozen batch norm") freezeBatchNorm(copy);
    copy.setWeights(model.getWeights());
    const seen = evaluate(copy, test, testBatches, limits);
    copy.dispose();
    return seen;
  };

  const epochs: Epoch[] = [];
  let step = 0;
  let recent: number[] = [];
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    const losses: number[] = [];
    for (const batch of nextEpoch()) {
      optimizer.setLearningRate(rate * (1 - step / steps));
      const x = imageTensor(images, batch);
      const y = oneHot(batch.map((index) => images.labels[index]));
      const loss = await model.trainOnBatch(x, y) as number;
      tf.dispose([x, y]);
      losses.push(loss);
      recent.push(loss);
      step++;
      if (step % reportEvery === 0) {
        await report({ step, steps, loss: mean(recent), epochs });
        recent = [];
      }
    }
    epochs.push({ trainingLoss: mean(losses), ...evaluateNow(step) });
    await report({ step, steps, loss: mean(losses), epochs });
  }
  await use(model);
  model.dispose();
  optimizer.dispose();
  return { run, settings, epochs, seconds: (performance.now() - started) / 1000 };
}

/** The limits in force at a step, or null for a norm without running statistics that move. */
function limitsOf(
  { norm }: Run,
  { limits, warmupShare }: TrainingSettings,
  steps: number,
  step: number,
): Limits | null {
  if (norm === "batch norm") return { rmax: 1, dmax: 0 };
  if (norm !== "batch renorm") return null;
  const warmupSteps = Math.round(warmupShare * steps);
  return limitsAt(linearWarmup({ ...limits, warmupSteps }), step);
}
