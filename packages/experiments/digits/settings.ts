/** What is trained, and how: the settings of the experiment and the grid of its runs. */
import type { Drawing } from "../data/drawing.ts";
import type { Norm, NormSettings } from "../training/norms.ts";

/** Everything that decides the numbers of a run but the run itself. */
export interface TrainingSettings extends NormSettings {
  /** Tests on a fifth of the training images and leaves the test images alone: for tuning. */
  readonly holdOut: boolean;
  readonly epochs: number;
  /** Learning rate at the start by batch size; it falls to 0 in a straight line over the steps. */
  readonly learningRates: Readonly<Record<number, number>>;
  /** Weight of the old value in the optimizer's running gradient. */
  readonly optimizerMomentum: number;
}

/** One training: a norm, a batch size, a drawing, a seed. */
export interface Run {
  readonly norm: Norm;
  readonly batchSize: number;
  readonly drawing: Drawing;
  /** The same seed gives the same start and the same batches to every norm. */
  readonly seed: number;
}

/**
 * What `deno task experiment digits` trains without options; docs/experiments/digits.md says what
 * was tuned.
 */
export const defaultTraining: TrainingSettings = {
  holdOut: false,
  epochs: 12,
  learningRates: { 2: 0.02, 4: 0.04, 32: 0.1 },
  optimizerMomentum: 0.9,
  momentum: 0.01,
  limits: { rmax: 3, dmax: 5 },
  warmupShare: 0.3,
  groupSize: 4,
};

/** All combinations, short runs last so that several workers end together. */
export function grid(choice: {
  readonly norms: readonly Norm[];
  readonly batchSizes: readonly number[];
  readonly drawings: readonly Drawing[];
  readonly seeds: readonly number[];
}): Run[] {
  const sizes = choice.batchSizes.toSorted((a, b) => a - b);
  return sizes.flatMap((batchSize) =>
    choice.seeds.flatMap((seed) =>
      choice.drawings.flatMap((drawing) =>
        choice.norms.map((norm) => ({ norm, batchSize, drawing, seed }))
      )
    )
  );
}

/** A run in words, unique in a grid. */
export function describeRun({ norm, batchSize, drawing, seed }: Run): string {
  return `${norm} ${batchSize} ${drawing}, seed ${seed}`;
}

/**
 * The learning rate at the start for a batch size: the given one, or the nearest smaller given one
 * scaled by the root of the ratio, or for sizes below all given ones the smallest scaled down.
 */
export function learningRate({ learningRates }: TrainingSettings, batchSize: number): number {
  const sizes = Object.keys(learningRates).map(Number).sort((a, b) => a - b);
  const nearest = sizes.findLast((size) => size <= batchSize) ?? sizes[0];
  return learningRates[nearest] * Math.sqrt(batchSize / nearest);
}
