/** The experiment in short: batch norm and batch renorm on class-by-class batches of 4. */
import type { ExperimentResults } from "./experiment/results.ts";
import { defaultTraining, type Norm, type Run } from "./experiment/settings.ts";
import type { Progress, TrainedRun } from "./experiment/train.ts";
import { epochBatches } from "./experiment/epoch_batches.ts";
import { trainInWorkers } from "./experiment/train_in_workers.ts";
import { loadTrainingData } from "./experiment/training_data.ts";
import { mt19937 } from "./mt19937.ts";

/** Epochs of the demo's training: about half a minute on two cores. */
export const shortEpochs = 8;

const kind = { batchSize: 4, drawing: "class by class" } as const;

/** Training forwards over which the limits of batch renorm open. */
export async function shortWarmupSteps(epochs: number): Promise<number> {
  const { train: { labels } } = await loadTrainingData(defaultTraining);
  const { length } = epochBatches(labels, kind.batchSize, kind.drawing, mt19937(0));
  return Math.round(defaultTraining.warmupShare * epochs * length);
}

/** How far each of the two is that has begun, batch norm first. */
export type ShortProgress = readonly (readonly [Norm, Progress])[];

/**
 * Trains both from the same start on the same batches, each in a worker of its own.
 *
 * @param onProgress is called every few steps of either
 */
export async function shortTraining(
  seed: number,
  epochs: number,
  onProgress: (progress: ShortProgress) => void,
): Promise<ExperimentResults> {
  const settings = { ...defaultTraining, epochs };
  const runs: Run[] = (["batch norm", "batch renorm"] as const).map((norm) => ({
    ...kind,
    norm,
    seed,
  }));
  const reached = new Map<Norm, Progress>();
  const trained = new Map<Norm, TrainedRun>();
  await trainInWorkers(runs, settings, runs.length, {
    onProgress({ norm }, progress) {
      reached.set(norm, progress);
      onProgress(runs.flatMap(({ norm }) => {
        const progress = reached.get(norm);
        return progress ? [[norm, progress] as const] : [];
      }));
    },
    onResult: ({ run, epochs }) => void trained.set(run.norm, { run, epochs }),
  });
  return { settings, runs: runs.map(({ norm }) => trained.get(norm)!) };
}
