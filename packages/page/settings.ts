/** What the visitor sets. */
import type { Drawing } from "@renorm/experiments/data/drawing";

/**
 * Everything that decides a run: the same settings give the same run on TensorFlow.js' cpu backend.
 */
export interface PageSettings {
  /** Images per batch, 1 to 64. */
  readonly batchSize: number;
  readonly drawing: Drawing;
  /** Largest r after the warm-up. */
  readonly rmax: number;
  /** Largest |d| after the warm-up. */
  readonly dmax: number;
  /** Training steps over which the limits open in a straight line. */
  readonly warmupSteps: number;
  /** Weight of the new batch in the running statistics, PyTorch's sense. */
  readonly momentum: number;
  /** Of the optimizer, SGD with momentum 0.9; it stays where it is. */
  readonly learningRate: number;
  /** Decides the start of both networks and their batches. */
  readonly seed: number;
}

/** The settings that are numbers on a slider. */
export const sliderNames = [
  "batchSize",
  "learningRate",
  "momentum",
  "rmax",
  "dmax",
  "warmupSteps",
] as const;

/** A setting on a slider. */
export type SliderName = (typeof sliderNames)[number];

/** Which numbers a setting may be, and at which the slider stops. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly isInteger?: boolean;
  /** 0 as well, below the least. */
  readonly orZero?: boolean;
  readonly stops: readonly number[];
}

/** The range of each setting that is a number. */
export const ranges: Readonly<Record<SliderName | "seed", NumberRange>> = {
  batchSize: {
    least: 1,
    most: 64,
    isInteger: true,
    stops: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64],
  },
  learningRate: {
    least: 1e-4,
    most: 1,
    stops: [0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3],
  },
  // Below 0.001 the moments of a batch could not be read from the move of the running ones.
  momentum: { least: 0.001, most: 1, stops: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1] },
  rmax: { least: 1, most: 100, stops: [1, 1.05, 1.1, 1.25, 1.5, 2, 3, 5, 10] },
  dmax: { least: 0.001, most: 100, orZero: true, stops: [0, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] },
  warmupSteps: {
    least: 0,
    most: 100_000,
    isInteger: true,
    stops: [0, 50, 100, 200, 500, 1000, 2000, 5000],
  },
  // What the Mersenne Twister takes.
  seed: { least: 0, most: 0xffffffff, isInteger: true, stops: [] },
};

/** What the page starts with: the gap of batch norm shows within a few hundred steps. */
export const defaultSettings: PageSettings = {
  batchSize: 4,
  drawing: "class by class",
  rmax: 3,
  dmax: 5,
  warmupSteps: 200,
  momentum: 0.01,
  learningRate: 0.08,
  seed: 0,
};

/** Steps between two measurements. */
export const measureEvery = 25;

/** A training pauses by itself at each multiple of these steps. */
export const pauseEvery = 3000;
