/** What a caller hands in per channel: parameters, statistics, moments. Each is read once. */
import type { Moments } from "../math/moments.ts";
import type { Normalization } from "../math/normalize.ts";
import { isFiniteInFloat32 } from "../math/update_running_stats.ts";
import type { AffineParameters, RunningStats } from "../tensor.ts";
import { expects } from "./errors.ts";
import { readFields } from "./fields.ts";
import { checkOption } from "./options.ts";
import { checkVector, checkVectors } from "./tensors.ts";

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

/** Running statistics read once: both are there, with one value per channel. */
export function readRunningStats(
  owner: string,
  name: string,
  given: unknown,
  channels: number,
): RunningStats {
  const { runningMean, runningVar } = readFields(owner, name, given, [
    "runningMean",
    "runningVar",
  ]);
  checkVector(owner, "runningMean", runningMean, channels);
  checkVector(owner, "runningVar", runningVar, channels);
  return { runningMean, runningVar } as RunningStats;
}

/** Moments that a caller hands in, as copies: of `channels` channels, where that is given. */
export function readMoments(
  owner: string,
  name: string,
  given: unknown,
  channels?: number,
): Moments {
  const { mean, variance, m } = readFields(owner, name, given, ["mean", "variance", "m"]);
  checkVector(owner, `${name}.mean`, mean, channels);
  checkVector(owner, `${name}.variance`, variance, mean.length);
  checkOption(owner, "m", m);
  const negative = variance.find((value) => value < 0);
  if (negative !== undefined) {
    throw new RangeError(expects(owner, `${name}.variance to be at least 0`, String(negative)));
  }
  return { mean: Float64Array.from(mean), variance: Float64Array.from(variance), m: m as number };
}

/** The fields of a normalization. */
export const normalizationNames = ["mean", "invStd", "r", "d", "weight", "bias"] as const;

/** Throws unless `mean` and `invStd` are there, and each has one value per channel. */
export function checkNormalization(
  owner: string,
  fields: { readonly [Key in keyof Normalization]?: unknown },
  channels: number,
): asserts fields is Normalization {
  const { mean, invStd, r, d, weight, bias } = fields;
  checkVector(owner, "mean", mean, channels);
  checkVector(owner, "invStd", invStd, channels);
  checkVectors(owner, { r, d, weight, bias }, channels);
}

/** Throws a `RangeError` that names the first channel whose statistics are not finite. */
export function checkFinite(
  owner: string,
  { mean, variance }: Pick<Moments, "mean" | "variance">,
  tracked: Float64Array,
): void {
  const c = mean.findIndex((value, i) => !isFiniteInFloat32(value, tracked[i]));
  if (c < 0) return;
  const got = `mean ${mean[c]} and variance ${variance[c]} in channel ${c}`;
  throw new RangeError(expects(owner, "finite batch statistics", got));
}
