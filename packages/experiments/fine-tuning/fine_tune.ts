/** One fine-tuning: the thawed part is converted, learns from features, and is tested. */
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "@renorm/tfjs";
import { mt19937 } from "../data/mt19937.ts";
import { shuffle } from "../data/shuffled_batches.ts";
import { torchGenerator } from "../data/torch_random.ts";
import type { FinishedRun } from "../runs/run_store.ts";
import { crossEntropy, oneHot } from "../training/cross_entropy.ts";
import { mean } from "../training/mean.ts";
import { classes, type Features, type RunFeatures } from "./features.ts";
import { batchesInOrder } from "./order.ts";
import { type FineTuningSettings, learningRate, type Run } from "./settings.ts";

const { convertToBatchRenorm, freezeBatchNorm, recalibrate } = renormLayers(tf);

/** What came of a fine-tuning. All accuracies are of views of new objects, in eval mode. */
export interface FineTuningResult extends FinishedRun<Run, FineTuningSettings> {
  /** Accuracy as the training went, on the first of the test objects. */
  readonly byTheWay: readonly number[];
  /** Accuracy in the end. */
  readonly accuracy: number;
  /** Of batch norm: accuracy after its statistics were measured afresh over all that was shown. */
  readonly recalibrated?: number;
  /** Mean loss of the last tenth of the batches, as they were learned from. */
  readonly trainingLoss: number;
  readonly seconds: number;
}

/** How far a run is. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** Mean loss of the last few batches. */
  readonly loss: number;
}

/** Steps between two reports. */
const reportEvery = 20;

/** Fine-tunes the thawed part of a network, of which a copy is made. */
export async function fineTune(
  thawed: tf.LayersModel,
  { train, test }: RunFeatures,
  run: Run,
  settings: FineTuningSettings,
  report: (progress: Progress) => void = () => {},
): Promise<FineTuningResult> {
  const started = performance.now();
  const generator = mt19937(run.seed);
  const batches = batchesInOrder({ classes, ...settings }, run.order, run.batchSize, generator);
  const steps = batches.length;
  const model = await modelOf(thawed, run, settings, steps);
  const rate = learningRate(settings, run);
  const optimizer = tf.train.adam(rate);
  model.compile({ optimizer, loss: crossEntropy });

  const byTheWay: number[] = [];
  const losses: number[] = [];
  const few = firstOf(test, classes * settings.testObjectsByTheWay);
  for (const [i, batch] of batches.entries()) {
    // The optimizer's type has no such setter, and Adam reads the rate at every step.
    Object.assign(optimizer, { learningRate: rate * (1 - i / steps) });
    const { x, labels } = choose(train, batch);
    const y = oneHot([...labels]);
    losses.push(await model.trainOnBatch(x, y) as number);
    tf.dispose([x, y]);
    const step = i + 1;
    if (step % reportEvery === 0) report({ step, steps, loss: mean(losses.slice(-reportEvery)) });
    const part = Math.floor(step * settings.evaluations / steps);
    if (part > byTheWay.length) byTheWay.push(accuracyOf(model, few));
  }
  const accuracy = accuracyOf(model, test);
  const result = {
    run,
    settings,
    byTheWay,
    accuracy,
    trainingLoss: mean(losses.slice(-Math.ceil(steps / 10))),
  };
  const recalibrated = run.norm === "batch norm"
    ? { recalibrated: await recalibratedAccuracy(model, train, test) }
    : {};
  tf.dispose(few.x);
  model.dispose();
  optimizer.dispose();
  return { ...result, ...recalibrated, seconds: (performance.now() - started) / 1000 };
}

/**
 * The thawed part with a run's norm and a head that its seed draws. Batch norm is batch renorm
 * whose limits never open.
 */
async function modelOf(
  thawed: tf.LayersModel,
  { norm, seed }: Run,
  { momentum, limits, warmupShare }: FineTuningSettings,
  steps: number,
): Promise<tf.LayersModel> {
  const { model } = await convertToBatchRenorm(thawed, {
    momentum,
    ...(norm === "batch renorm" ? limits : { rmax: 1, dmax: 0 }),
    warmupSteps: Math.round(warmupShare * steps),
  });
  if (norm === "frozen batch norm") freezeBatchNorm(model);
  const head = model.getLayer("head");
  const [inputs] = head.weights[0].shape as number[];
  const kernel = torchGenerator(seed).randn(inputs * classes).map((v) => v / Math.sqrt(inputs));
  tf.tidy(() => head.setWeights([tf.tensor2d(kernel, [inputs, classes]), tf.zeros([classes])]));
  return model as tf.LayersModel;
}

/** Measures the statistics over what was shown, at random in batches of 32. */
async function recalibratedAccuracy(
  model: tf.LayersModel,
  train: Features,
  test: Features,
): Promise<number> {
  const indices = Array.from(train.labels.keys());
  shuffle(indices, mt19937(0));
  const { x } = choose(train, indices);
  await recalibrate(model, x);
  x.dispose();
  return accuracyOf(model, test);
}

function choose({ x, labels }: Features, indices: readonly number[]): Features {
  const chosen = tf.tidy(() => tf.gather(x, tf.tensor1d([...indices], "int32")));
  return { x: chosen, labels: Uint8Array.from(indices, (index) => labels[index]) };
}

function firstOf({ x, labels }: Features, count: number): Features {
  return { x: x.slice(0, count), labels: labels.subarray(0, count) };
}

function accuracyOf(model: tf.LayersModel, { x, labels }: Features): number {
  const told = tf.tidy(() =>
    (model.predict(x, { batchSize: 50 }) as tf.Tensor).argMax(1).dataSync()
  );
  return told.filter((label, i) => label === labels[i]).length / labels.length;
}
