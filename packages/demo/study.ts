/**
 * What happens to batch norm and batch renorm on real digits, measured and not yet trained: batches
 * go through a fixed convolution, ReLU and pooling to maps of 2 × 2, as late layers have, and then
 * through both layers.
 */
import {
  BatchNorm2d,
  BatchRenorm2d,
  type Limits,
  moments,
  renormCorrection,
  type Tensor,
} from "@renorm/wasm-kernels";
import { classByClassBatches, type Digits, randomBatches } from "@renorm/experiments/data/digits";
import type { Drawing } from "@renorm/experiments/data/drawing";
import { mt19937 } from "@renorm/experiments/data/mt19937";
import { torchGenerator } from "@renorm/experiments/data/torch_random";
import { type Distribution, distribution } from "@renorm/experiments/training/distribution";
import { limitsAt, paperSchedule, scaleTo, type Schedule } from "@renorm/schedule";
import { convolve, rectifyAndPool } from "./convolution.ts";

/** What one batch size and drawing gave. */
export interface StudyRow {
  readonly batchSize: number;
  readonly drawing: Drawing;
  /** RMS over channels and batches of (mean − runningMean) / runningStd. */
  readonly meanStrays: number;
  /** RMS over channels and batches of std / runningStd − 1. */
  readonly stdStrays: number;
  /** RMS of the output in training minus that in eval, on the same batches. */
  readonly gap: Readonly<Record<"batchNorm" | "batchRenorm", number>>;
  /** Quantiles of the unclipped r and d over channels and batches, and the share clipped. */
  readonly r: Distribution;
  readonly d: Distribution;
}

/** The settings of a study. */
export interface StudySettings {
  readonly limits: Limits;
  readonly momentum: number;
  readonly warmBatches: number;
  readonly measuredBatches: number;
  readonly seed: number;
}

/** The settings of `deno task demo`: the limits open over the warm batches as the paper's do. */
export const defaultSettings: StudySettings = {
  limits: { rmax: 3, dmax: 5 },
  momentum: 0.1,
  warmBatches: 100,
  measuredBatches: 100,
  seed: 0,
};

/** Filters of the convolution. */
const filters = 16;

/** The combinations that are studied, in the order of the table. */
export const studied: readonly { readonly batchSize: number; readonly drawing: Drawing }[] = [
  2,
  4,
  8,
  32,
].flatMap((batchSize) => [
  { batchSize, drawing: "at random" },
  { batchSize, drawing: "class by class" },
]);

/** The paper's schedule with these limits, fitted to the warm batches. */
export function studySchedule({ limits, warmBatches }: StudySettings): Schedule {
  const { rmax, dmax } = paperSchedule();
  const [[holdR], [endR]] = rmax;
  const [[holdD], [endD]] = dmax;
  return scaleTo({
    rmax: [[holdR, 1], [endR, limits.rmax]],
    dmax: [[holdD, 0], [endD, limits.dmax]],
  }, warmBatches);
}

/** Warms both layers up, then measures. */
export function study(
  digits: Digits,
  batchSize: number,
  drawing: Drawing,
  settings: StudySettings,
): StudyRow {
  const { limits, momentum, warmBatches, measuredBatches, seed } = settings;
  const draw = drawing === "at random" ? randomBatches : classByClassBatches;
  const batches = draw(digits, batchSize, mt19937(seed));
  const weight = { data: torchGenerator(seed).randn(filters * 9), shape: [filters, 1, 3, 3] };
  const next = (): Tensor =>
    rectifyAndPool(convolve(gather(digits, batches.next().value!), weight), 4);

  const schedule = studySchedule(settings);
  const batchNorm = new BatchNorm2d(filters, { momentum });
  const batchRenorm = new BatchRenorm2d(filters, {
    momentum,
    limitsAt: (step) => limitsAt(schedule, step),
  });
  for (let i = 0; i < warmBatches; i++) {
    const x = next();
    batchNorm.forward(x);
    batchRenorm.forward(x);
  }

  const r: number[] = [];
  const d: number[] = [];
  const squares = { batchNorm: 0, batchRenorm: 0 };
  let values = 0;
  for (let i = 0; i < measuredBatches; i++) {
    const x = next();
    const { runningMean, runningVar } = batchRenorm;
    const running = { runningMean: runningMean!, runningVar: runningVar! };
    const open = renormCorrection(moments(x), running, { rmax: Infinity, dmax: Infinity });
    r.push(...open.r);
    d.push(...open.d);
    squares.batchNorm += gapSquares(batchNorm, x);
    squares.batchRenorm += gapSquares(batchRenorm, x);
    values += x.data.length;
  }
  return {
    batchSize,
    drawing,
    meanStrays: rms(d),
    stdStrays: rms(r.map((value) => value - 1)),
    gap: {
      batchNorm: Math.sqrt(squares.batchNorm / values),
      batchRenorm: Math.sqrt(squares.batchRenorm / values),
    },
    r: distribution(r, (value) => value > limits.rmax || value < 1 / limits.rmax),
    d: distribution(d, (value) => Math.abs(value) > limits.dmax),
  };
}

/** The images of a batch as `[n, 1, 8, 8]`. */
function gather({ images }: Digits, indices: readonly number[]): Tensor {
  const data = new Float32Array(indices.length * 64);
  indices.forEach((index, i) => data.set(images.subarray(index * 64, index * 64 + 64), i * 64));
  return { data, shape: [indices.length, 1, 8, 8] };
}

/** `Σ(y in eval − y in training)²` on one batch, which then moves the running statistics. */
function gapSquares(layer: BatchNorm2d | BatchRenorm2d, x: Tensor): number {
  const inEval = layer.eval().forward(x).data;
  const inTraining = layer.train().forward(x).data;
  return inEval.reduce((sum, value, i) => sum + (value - inTraining[i]) ** 2, 0);
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
