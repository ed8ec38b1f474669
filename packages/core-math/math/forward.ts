import { checkMoreThanOneValue, readOut } from "../checks/tensors.ts";
import { normalizeByMoments, readParameters } from "../checks/parameters.ts";
import type { Input } from "../channel_view.ts";
import { momentsOf } from "../moments.ts";
import type { AffineParameters } from "../normalize.ts";
import { correctionOf, type Limits, type RunningStats } from "../renorm_correction.ts";
import type { FloatArray, Layout, Tensor } from "../tensor.ts";
import {
  checkFinite,
  moveRunningStats,
  type OnNonFinite,
  type RunningVariance,
  trackedVariance,
} from "../update_running_stats.ts";

/** Options that the training forwards of batch norm and batch renorm share. */
export interface TrainingOptions<A extends FloatArray = Float32Array> {
  /** Added to a variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. */
  momentum?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** The variance that is tracked. Default: batch norm `"unbiased"`, batch renorm `"biased"`. */
  runningVariance?: RunningVariance;
  /** What a channel with non-finite batch statistics does. Default `"skip"`. */
  onNonFinite?: OnNonFinite;
  /** `false` leaves the running statistics alone, for a recomputation or a look. Default true. */
  updateStats?: boolean;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor<A> | undefined;
}

export const trainingOptionNames: readonly string[] = [
  "eps",
  "momentum",
  "layout",
  "runningVariance",
  "onNonFinite",
  "updateStats",
  "out",
];

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

/**
 * The one way of batch norm and batch renorm; without limits it is batch norm. The input and options
 * are checked already; the parameters are read and checked here, before anything is written.
 */
export function trainingForward<A extends FloatArray>(
  owner: string,
  input: Input<A>,
  parameters: AffineParameters & { [Key in keyof RunningStats]?: RunningStats[Key] | null },
  options: TrainingOptions<A>,
  limits: Limits | false | undefined,
): TrainingResult<SavedForTrainingBackward<A>, A> {
  const { eps = 1e-5, momentum = 0.1, layout = "channels-first", onNonFinite = "skip" } = options;
  const { runningVariance = limits ? "biased" : "unbiased", updateStats = true, out } = options;
  const { x, view } = input;
  const { channels, m } = view;
  const { affine, running } = readParameters(owner, parameters, channels, Boolean(limits));
  const target = out && readOut(owner, out, x);
  checkMoreThanOneValue(owner, m, x.shape);

  const batch = momentsOf(x.data, view);
  const tracked = trackedVariance(batch, runningVariance);
  if (onNonFinite === "throw" && m > 0) checkFinite(owner, batch, tracked);
  const correction = limits && running
    ? correctionOf(batch, running, { ...limits, eps })
    : undefined;
  const settings = { eps, layout, out: target };
  const { y, saved } = normalizeByMoments(input, batch, affine, settings, correction);
  const skippedUpdates = running && updateStats && m > 0
    ? moveRunningStats(running, batch, tracked, momentum, onNonFinite === "skip")
    : 0;
  return { y: out ?? y, saved, skippedUpdates };
}
