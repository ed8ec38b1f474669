/** The experiment in short: batch norm and batch renorm on class-by-class batches of 4. */
import { epochBatches } from "@renorm/experiments/data/epoch_batches";
import { mt19937 } from "@renorm/experiments/data/mt19937";
import type { ExperimentResults } from "@renorm/experiments/digits/report/results";
import { defaultTraining, type Run } from "@renorm/experiments/digits/settings";
import { digitsExperiment } from "@renorm/experiments/digits/experiment";
import type { Progress, RunResult, TrainedRun } from "@renorm/experiments/digits/train";
import { loadTrainingData } from "@renorm/experiments/digits/training_data";
import { runInWorkers } from "@renorm/experiments/runs/run_in_workers";
import type { Norm } from "@renorm/experiments/training/norms";

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
  const { worker } = digitsExperiment;
  await runInWorkers<RunResult, Progress>({ worker, runs, settings, jobs: runs.length }, {
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
