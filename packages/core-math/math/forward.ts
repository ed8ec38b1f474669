/**
 * The forwards in the order of their steps: batch norm and batch renorm in training, and inference.
 */
import type { Limits } from "@renorm/schedule";
import type {
  AffineParameters,
  FloatArray,
  Layout,
  Output,
  RunningStats,
  Tensor,
} from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import { type Moments, momentsOf } from "./moments.ts";
import { normalizeInto } from "./normalize.ts";
import { correctionOf, type RenormCorrection } from "./renorm_correction.ts";
import {
  moveRunningStats,
  type OnNonFinite,
  type RunningVariance,
  trackedVariance,
} from "./update_running_stats.ts";

/** What a forward keeps for its backward: references to x, weight and bias, no copies. */
export interface SavedForBackward<A extends FloatArray = Float32Array> extends AffineParameters {
  /** The input. */
  readonly x: Tensor<A>;
  /** Where the channels stand. */
  readonly layout: Layout;
  /** Mean per channel: of the batch in training, the running one in inference. */
  readonly mean: Float64Array;
  /** `1/√(variance + eps)` a channel, likewise. */
  readonly invStd: Float64Array;
}

/** The same for batch renorm, which keeps its correction: running statistics move on. */
export interface SavedForRenormBackward<A extends FloatArray = Float32Array>
  extends SavedForBackward<A> {
  /** Scale correction per channel. */
  readonly r: Float64Array;
  /** Shift correction per channel. */
  readonly d: Float64Array;
}

/** The same for either: batch norm has no correction. */
export type SavedForTrainingBackward<A extends FloatArray> =
  & SavedForBackward<A>
  & Partial<Pick<SavedForRenormBackward<A>, "r" | "d">>;

/** What a training forward gives back. */
export interface TrainingResult<S extends SavedForBackward<A>, A extends FloatArray> {
  /** The normalised output, of the shape of x. */
  readonly y: Tensor<A>;
  /** What the backward needs. */
  readonly saved: S;
  /** Channels whose running statistics stayed because the batch was not finite there. */
  readonly skippedUpdates: number;
}

/** What `batchNormInference` gives back. */
export interface InferenceResult<A extends FloatArray = Float32Array> {
  /** The normalised output, of the shape of x. */
  readonly y: Tensor<A>;
  /** What the backward needs. */
  readonly saved: SavedForBackward<A>;
}

/** What a forward works on, read and checked. */
interface ForwardStep<A extends FloatArray> extends AffineParameters {
  readonly x: Tensor<A>;
  readonly view: ChannelView;
  readonly layout: Layout;
  readonly eps: number;
  /** Where y goes. */
  readonly y: Output<A>;
}

/** The same in inference. */
export interface InferenceStep<A extends FloatArray> extends ForwardStep<A> {
  readonly running: RunningStats;
}

/** The same in training. */
export interface TrainingStep<A extends FloatArray> extends ForwardStep<A> {
  readonly running: RunningStats | null;
  /** How far batch renorm may correct; null in batch norm. */
  readonly limits: Limits | null;
  readonly momentum: number;
  readonly runningVariance: RunningVariance;
  readonly onNonFinite: OnNonFinite;
  /** Throws for a batch that is not finite, where that is asked for. */
  readonly checkBatch: ((batch: Moments, tracked: Float64Array) => void) | null;
  readonly updateStats: boolean;
}

/** The one way of batch norm and batch renorm; without limits it is batch norm. */
export function trainingForward<A extends FloatArray>(
  step: TrainingStep<A>,
): TrainingResult<SavedForTrainingBackward<A>, A> {
  const { x, view, running, limits, eps, momentum } = step;
  const batch = momentsOf(x.data, view);
  const tracked = trackedVariance(batch, step.runningVariance);
  step.checkBatch?.(batch, tracked);
  const correction = running && limits && correctionOf(batch, running, limits, eps);
  const { y, saved } = normalizeBy(step, batch, correction);
  const skippedUpdates = running && step.updateStats && view.m > 0
    ? moveRunningStats(running, batch, tracked, momentum, step.onNonFinite === "skip")
    : 0;
  return { y, saved, skippedUpdates };
}

/** The one way of inference, for batch norm and batch renorm. */
export function inferenceForward<A extends FloatArray>(
  step: InferenceStep<A>,
): InferenceResult<A> {
  const mean = Float64Array.from(step.running.runningMean);
  const variance = Float64Array.from(step.running.runningVar);
  return normalizeBy(step, { mean, variance }, null);
}

/** Normalises by moments, of the batch or the running ones; gives what the backward needs. */
function normalizeBy<A extends FloatArray>(
  { x, view, layout, weight = null, bias = null, eps, y }: ForwardStep<A>,
  { mean, variance }: Pick<Moments, "mean" | "variance">,
  correction: RenormCorrection | null,
): { y: Tensor<A>; saved: SavedForTrainingBackward<A> } {
  const invStd = variance.map((value) => 1 / Math.sqrt(value + eps));
  const normalization = { mean, invStd, ...correction, weight, bias };
  normalizeInto(x.data, view, normalization, y.data);
  return { y: y.tensor, saved: { x, layout, ...normalization } };
}
