import type { MeanInParts } from "./batch_moments.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import type { LimitArrays } from "./limits.ts";
import type { NormState } from "./parameters.ts";

/**
 * `r = clip(√(variance + eps)/√(runningVar + eps), 1/rmax, rmax)` and
 * `d = clip((mean − runningMean)/√(runningVar + eps), −dmax, dmax)`, one value per channel, constants
 * to the gradient (Ioffe 2017, Algorithm 1). Consumes `std`, `mean` and the limits, but not the state,
 * which is moved afterwards.
 */
export function renormCorrection(
  { lax, numpy: np }: JaxJs,
  { std, mean }: { std: JaxArray; mean: MeanInParts },
  { runningMean, runningVar }: NormState,
  { rmax, dmax }: LimitArrays,
  eps: JaxArray,
): { r: JaxArray; d: JaxArray } {
  const runningInvStd = np.reciprocal(np.sqrt(runningVar.ref.add(eps)));
  const ratio = std.mul(runningInvStd.ref);
  const distance = mean.near.sub(runningMean.ref).add(mean.rest).mul(runningInvStd);
  const r = np.clip(ratio, np.reciprocal(rmax.ref), rmax);
  const d = np.clip(distance, dmax.ref.neg(), dmax);
  return { r: lax.stopGradient(r), d: lax.stopGradient(d) };
}
