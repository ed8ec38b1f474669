/** What a caller hands in per channel: parameters, statistics, moments. Each is read once. */
import { expects, readFields } from "@renorm/schedule/checks";
import type { Moments } from "../math/moments.ts";
import type { Normalization } from "../math/normalize.ts";
import { isFiniteInFloat32 } from "../math/update_running_stats.ts";
import type { AffineParameters, RunningStats } from "../tensor.ts";
import { checkOption } from "./options.ts";
import { checkVector, checkVectors } from "./tensors.ts";

/** Running statistics: both are there. */
export function readRunningStats(
  owner: string,
  what: string,
  given: unknown,
  channels: number,
): RunningStats {
  const names = ["runningMean", "runningVar"] as const;
  const stats = readFields(owner, what, given, names);
  checkVectors(owner, stats, channels, names);
  return stats as RunningStats;
}

/** What a forward is given beside x; the running statistics may be absent together. */
export function readParameters(
  owner: string,
  given: unknown,
  channels: number,
  wantsRunning: boolean,
): AffineParameters & { readonly running: RunningStats | null } {
  const what = "parameters";
  const names = ["weight", "bias", "runningMean", "runningVar"] as const;
  const { runningMean, runningVar, ...affine } = readFields(owner, what, given, names);
  checkVectors(owner, affine, channels);
  const isTracked = runningMean || runningVar || wantsRunning;
  const running = isTracked
    ? readRunningStats(owner, what, { runningMean, runningVar }, channels)
    : null;
  return { ...affine as AffineParameters, running };
}

/** What was or is to be applied to each channel. */
export function readNormalization(
  owner: string,
  what: string,
  given: unknown,
  channels: number,
): Normalization {
  const names = ["mean", "invStd", "r", "d", "weight", "bias"] as const;
  const normalization = readFields(owner, what, given, names);
  checkVectors(owner, normalization, channels, ["mean", "invStd"]);
  return normalization as Partial<Normalization> & Normalization;
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
