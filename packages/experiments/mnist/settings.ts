/** What is trained, and how: the settings of the experiment on MNIST and the grid of its runs. */
import { defaultTraining, grid, type Run, type TrainingSettings } from "../digits/settings.ts";
import { drawings } from "../data/drawing.ts";
import { norms } from "../training/norms.ts";

/** Everything that decides the numbers of a run but the run itself. */
export interface MnistSettings extends TrainingSettings {
  /** Batches whose losses are measured; they are compared with large ones. */
  readonly batchSizes: readonly number[];
  /** Images to train on and to test on. */
  readonly images: { readonly train: number; readonly test: number };
  /** Epochs of the large batches, which are an eighth of the steps or less. */
  readonly largeBatchEpochs: number;
  /** Training images over which batch norm is recalibrated, in random batches of 32. */
  readonly recalibratedOver: number;
}

/** What `deno task experiment mnist` trains without options: as the digits, with nothing tuned. */
export const defaultMnist: MnistSettings = {
  ...defaultTraining,
  batchSizes: [2, 4],
  epochs: 2,
  largeBatchEpochs: 4,
  images: { train: 4000, test: 1000 },
  recalibratedOver: 2048,
};

/** What `--quick` trains. */
export const quickMnist: MnistSettings = {
  ...defaultMnist,
  batchSizes: [4],
  epochs: 1,
  largeBatchEpochs: 1,
  images: { train: 400, test: 100 },
  recalibratedOver: 64,
};

/** Batches, drawn at random, that small ones are measured against. */
export const largeBatch = 32;

/** The runs: every norm in small batches, and batch norm in large ones drawn at random. */
export function mnistRuns(seeds: readonly number[], batchSizes: readonly number[]): Run[] {
  return seeds.flatMap((seed) => [
    { norm: "batch norm", batchSize: largeBatch, drawing: "at random", seed } as const,
    ...grid({ norms, batchSizes, drawings, seeds: [seed] }),
  ]);
}
