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
import type { ChannelRange, InnerLoops } from "./inner_loops.ts";
import { gathered, type ReadMask } from "./mask.ts";
import { emptyMoments, type Moments } from "./moments.ts";
import { emptyMap, normalizeInto, setChannelMap } from "./normalize.ts";
import {
  correctionOf,
  emptyCorrection,
  type RenormCorrection,
  setCorrection,
} from "./renorm_correction.ts";
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
  /** Which positions count, a byte each; absent where all do. */
  readonly mask?: Uint8Array;
  /** Mean per channel: of the batch in training, the running one in inference. */
  readonly mean: Float64Array;
  /** `1/√(variance + eps)` a channel, likewise. */
  readonly invStd: Float64Array;
  /** Whether the map did not depend on x: in inference, and in training of a single value. */
  readonly isFixed?: boolean;
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
  readonly mask: ReadMask | null;
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
  /** Of the positions that count. */
  readonly view: ChannelView;
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
  loops: InnerLoops,
): TrainingResult<SavedForTrainingBackward<A>, A> {
  const { x, view, mask, running, limits, eps, momentum, runningVariance, checkBatch, y } = step;
  // A single value is let through by the checks only where this is asked for.
  const isSingle = running !== null && view.m === 1;
  if (isSingle || mask && view.m === 0) return withoutBatch(step, loops);
  const batch = emptyMoments(view);
  const correction = running && limits && emptyCorrection(batch);
  const saved = savedOf(step, batch.mean, correction);
  const map = emptyMap(batch.mean);
  const setMap = (range: ChannelRange) => {
    setInvStd(saved.invStd, batch.variance, eps, range);
    if (correction) setCorrection(correction, batch, running, limits, eps, range);
    setChannelMap(map, saved, range);
  };
  if (checkBatch || mask) {
    loops.moments(mask ? gathered(x.data, mask) : x.data, view, batch);
    checkBatch?.(batch, trackedVariance(batch, runningVariance));
    setMap({ from: 0, to: view.channels });
    loops.normalize(x.data, mask ? mask.whole : view, map, y.data);
  } else {
    loops.forward(x.data, view, batch, map, setMap, y.data);
  }
  const skippedUpdates = running && step.updateStats && view.m > 0
    ? moveRunningStats(
      running,
      batch,
      trackedVariance(batch, runningVariance),
      momentum,
      step.onNonFinite === "skip",
    )
    : 0;
  return { y: y.tensor, saved, skippedUpdates };
}

/** The training forward of a part of a batch, by the moments of the whole. */
export function forwardByMomentsOf<A extends FloatArray>(
  step: ForwardStep<A> & { readonly running: RunningStats | null },
  batch: Moments,
  limits: Limits | null,
  loops: InnerLoops,
): SavedForTrainingBackward<A> {
  const { x, view, running, eps, y } = step;
  const correction = running && limits && correctionOf(batch, running, limits, eps);
  const saved = savedOf(step, batch.mean, correction);
  setInvStd(saved.invStd, batch.variance, eps, { from: 0, to: view.channels });
  normalizeInto(x.data, view, saved, y.data, loops);
  return saved;
}

/**
 * A single value a channel, or none under a mask, goes the way of inference, by the statistics of a
 * new layer where none are tracked; r is 1 and d is 0, and nothing moves.
 */
function withoutBatch<A extends FloatArray>(
  step: TrainingStep<A>,
  loops: InnerLoops,
): TrainingResult<SavedForTrainingBackward<A>, A> {
  const view = step.mask?.whole ?? step.view;
  const vector = () => new Float32Array(view.channels);
  const running = step.running ?? { runningMean: vector(), runningVar: vector().fill(1) };
  const { y, saved } = inferenceForward({ ...step, view, running }, loops);
  const { r, d } = emptyCorrection(saved);
  const correction = step.limits && { r: r.fill(1), d };
  return { y, saved: { ...saved, ...correction }, skippedUpdates: 0 };
}

/** The one way of inference, for batch norm and batch renorm. */
export function inferenceForward<A extends FloatArray>(
  step: InferenceStep<A>,
  loops: InnerLoops,
): InferenceResult<A> {
  const { x, view, running, eps, y } = step;
  const mean = Float64Array.from(running.runningMean);
  const saved = { ...savedOf(step, mean, null), isFixed: true };
  setInvStd(saved.invStd, running.runningVar, eps, { from: 0, to: view.channels });
  normalizeInto(x.data, view, saved, y.data, loops);
  return { y: y.tensor, saved };
}

/** What the backward needs; `invStd` and the correction are still to be set. */
function savedOf<A extends FloatArray>(
  { x, layout, mask, weight = null, bias = null }: ForwardStep<A>,
  mean: Float64Array,
  correction: RenormCorrection | null,
): SavedForTrainingBackward<A> {
  const invStd = new Float64Array(mean.length);
  return { x, layout, ...mask && { mask: mask.flags }, mean, invStd, ...correction, weight, bias };
}

/** Sets `1/√(variance + eps)` of some channels. */
function setInvStd(
  invStd: Float64Array,
  variance: FloatArray,
  eps: number,
  { from, to }: ChannelRange,
): void {
  for (let c = from; c < to; c++) invStd[c] = 1 / Math.sqrt(variance[c] + eps);
}
