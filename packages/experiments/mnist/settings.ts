/** What is trained, and how: the settings of the experiment on MNIST and the grid of its runs. */
import { defaultTraining, grid, type Run, type TrainingSettings } from "../digits/settings.ts";
import { drawings } from "../data/drawing.ts";
import { norms } from "../training/norms.ts";

/** Everything that decides the numbers of a run but the run itself. */
export interface MnistSettings extends TrainingSettings {
  /** Images to train on and to test on. */
  readonly images: { readonly train: number; readonly test: number };
  /** Training images over which batch norm is recalibrated, in random batches of 32. */
  readonly recalibratedOver: number;
}

/** What `deno task experiment mnist` trains without options: as the digits, nothing tuned. */
export const defaultMnist: MnistSettings = {
  ...defaultTraining,
  epochs: 1,
  images: { train: 6000, test: 2000 },
  recalibratedOver: 2048,
};

/** What `--quick` trains. */
export const quickMnist: MnistSettings = {
  ...defaultMnist,
  images: { train: 200, test: 50 },
  recalibratedOver: 64,
};

/** Batches whose losses are measured, and the large ones that they are measured against. */
export const batchSizes = [2, 4] as const;
export const largeBatch = 32;

/** The runs: every norm in small batches, and batch norm in large ones drawn at random. */
export function mnistRuns(seeds: readonly number[]): Run[] {
  return seeds.flatMap((seed) => [
    { norm: "batch norm", batchSize: largeBatch, drawing: "at random", seed } as const,
    ...grid({ norms, batchSizes, drawings, seeds: [seed] }),
  ]);
}
