import { checkVectors, readFields } from "./tensors.ts";
import type { SavedForTrainingBackward } from "../math/forward.ts";
import type { Moments } from "../moments.ts";
import type { Input } from "../channel_view.ts";
import { type AffineParameters, normalizeInto } from "../normalize.ts";
import {
  readRunningStats,
  type RenormCorrection,
  type RunningStats,
} from "../renorm_correction.ts";
import { type FloatArray, type Layout, type Tensor, tensorLike } from "../tensor.ts";

/** Normalises by moments, of the batch or the running ones; gives what the backward needs. */
export function normalizeByMoments<A extends FloatArray>(
  { x, view }: Input<A>,
  { mean, variance }: Pick<Moments, "mean" | "variance">,
  { weight = null, bias = null }: AffineParameters,
  options: { readonly eps: number; readonly layout: Layout; readonly out?: Tensor<A> | undefined },
  correction?: RenormCorrection,
): { y: Tensor<A>; saved: SavedForTrainingBackward<A> } {
  const { eps, layout, out: y = tensorLike(x) } = options;
  const invStd = variance.map((value) => 1 / Math.sqrt(value + eps));
  const normalization = { mean, invStd, ...correction, weight, bias };
  normalizeInto(x.data, view, normalization, y.data);
  return { y, saved: { x, layout, ...normalization } };
}

/** What a forward is given beside x, read once; each that is there has one value per channel. */
export function readParameters(
  owner: string,
  given: unknown,
  channels: number,
  wantsRunning: boolean,
): { affine: AffineParameters; running: RunningStats | null } {
  const { weight, bias, ...stats } = readFields(owner, "parameters", given, parameterNames);
  const affine = { weight, bias };
  checkVectors(owner, affine, channels);
  const isTracked = stats.runningMean || stats.runningVar || wantsRunning;
  const running = isTracked ? readRunningStats(owner, "parameters", stats, channels) : null;
  return { affine: affine as AffineParameters, running };
}

const parameterNames = ["weight", "bias", "runningMean", "runningVar"] as const;
