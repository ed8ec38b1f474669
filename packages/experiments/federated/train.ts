/** Federated training: clients train apart, and a server makes one model of theirs. */
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "@renorm/tfjs";
import type { LabelledImages, TrainingData } from "../data/labelled_images.ts";
import { mt19937 } from "../data/mt19937.ts";
import { shuffledBatches } from "../data/shuffled_batches.ts";
import { crossEntropy, oneHot } from "../training/cross_entropy.ts";
import { imageTensor } from "../training/evaluate.ts";
import { mean } from "../training/mean.ts";
import { miniCnn, normNames } from "../training/mini_cnn.ts";
import { normForTraining } from "../training/norm_layers.ts";
import { digitsOfClients, divide } from "./clients.ts";
import { accuracyBy, type ClientAccuracy } from "./client_accuracy.ts";
import { fixStatistics } from "./fix_statistics.ts";
import { type FederatedSettings, normOf, type Run } from "./settings.ts";

const { aggregateWeights, recalibrate } = renormLayers(tf);

/** What was measured after a round. */
export interface Round extends ClientAccuracy {
  readonly round: number;
  /** Mean over the clients' batches, as they were learned from. */
  readonly trainingLoss: number;
}

/** What a run gave. */
export interface TrainedRun {
  readonly run: Run;
  /** Every few rounds, and after the last. */
  readonly rounds: readonly Round[];
  /**
   * Accuracy of the last model when its statistics are measured afresh by all clients; null for a
   * norm that has none, and where they are not the server's.
   */
  readonly remeasured: number | null;
  readonly seconds: number;
}

/** A finished run, with the settings it was trained with. */
export interface RunResult extends TrainedRun {
  readonly settings: FederatedSettings;
}

/** How far a run is. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** After the last round that was measured. */
  readonly accuracy: number | null;
}

/**
 * Trains clients' models over all rounds; the same arguments give the same numbers on
 * TensorFlow.js' cpu backend.
 *
 * Each client trains by plain stochastic gradient descent; `aggregateWeights` makes one model of
 * all, by samples, and all clients go on from it.
 */
export async function trainFederated(
  { train: images, test }: TrainingData,
  run: Run,
  settings: FederatedSettings,
  report: (progress: Progress) => void | Promise<void> = () => {},
): Promise<RunResult> {
  const started = performance.now();
  const { norm, policy } = normOf[run.method];
  const { rounds, localEpochs, batchSize } = settings;
  const { learningRate, momentum } = settings.tuned[run.method];
  const parts = divide(images.labels, settings.samples, run.seed);
  const samples = parts.map(({ length }) => length);
  const batchesARound = Math.floor(settings.samples / batchSize) * localEpochs;
  const makeNorm = normForTraining(norm, { ...settings, momentum }, rounds * batchesARound);
  const clients = parts.map((part, client) => {
    const model = miniCnn(images.size, makeNorm, run.seed);
    const optimizer = tf.train.sgd(learningRate);
    model.compile({ optimizer, loss: crossEntropy });
    const batches = shuffledBatches(part, batchSize, mt19937(1000 * run.seed + client));
    return { model, optimizer, batches };
  });
  const models = clients.map(({ model }) => model);
  const fixedFrom = run.method === "batch norm, fixed"
    ? Math.round(settings.fixedFrom * rounds)
    : Infinity;

  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    if (round === fixedFrom + 1) models.forEach(fixStatistics);
    const losses: number[] = [];
    for (const { model, optimizer, batches } of clients) {
      optimizer.setLearningRate(learningRate * (1 - (round - 1) / rounds));
      for (let step = 0; step < batchesARound; step++) {
        const batch = batches.next().value;
        const x = imageTensor(images, batch);
        const y = oneHot(batch.map((index) => images.labels[index]));
        losses.push(await model.trainOnBatch(x, y) as number);
        tf.dispose([x, y]);
      }
    }
    const norms = round > fixedFrom ? "fixed" : policy;
    const together = await aggregateWeights(models, samples, { norms });
    models.forEach((model) => together.applyTo(model));
    if (round % settings.testEvery === 0 || round === rounds) {
      // All models are the same now, but for norms that are each client's own.
      const judged = policy === "local" ? models : models.slice(0, 1);
      measured.push({
        ...{ round, trainingLoss: mean(losses) },
        ...accuracyBy(judged, test, digitsOfClients),
      });
    }
    const accuracy = measured.at(-1)?.accuracy ?? null;
    await report({ step: round, steps: rounds, loss: mean(losses), accuracy });
  }

  const isRemeasured = norm !== "group norm" && policy !== "local" && fixedFrom === Infinity;
  if (isRemeasured) await remeasure(models, images, parts);
  const remeasured = isRemeasured
    ? accuracyBy(models.slice(0, 1), test, digitsOfClients).accuracy
    : null;
  for (const { model, optimizer } of clients) {
    model.dispose();
    optimizer.dispose();
  }
  const seconds = (performance.now() - started) / 1000;
  return { run, settings, rounds: measured, remeasured, seconds };
}

/**
 * Gives the clients' one model the statistics of all their images: each measures its own, and they
 * are pooled; once for every norm, since a norm's input depends on those before it.
 */
async function remeasure(
  models: readonly tf.LayersModel[],
  images: LabelledImages,
  parts: readonly (readonly number[])[],
): Promise<void> {
  for (const _ of normNames) {
    for (const [client, model] of models.entries()) {
      const x = imageTensor(images, parts[client]);
      await recalibrate(model, x, { normalizeBy: "running" });
      x.dispose();
    }
    const together = await aggregateWeights(models, parts.map(({ length }) => length));
    models.forEach((model) => together.applyTo(model));
  }
}
