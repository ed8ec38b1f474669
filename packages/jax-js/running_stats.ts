/** What a training forward takes from the running statistics, and how it moves them. */
import type { MeanInParts } from "./batch_moments.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import type { LimitArrays } from "./limits.ts";
import type { NormState } from "./parameters.ts";

/**
 * `r = clip(√(variance + eps)/√(runningVar + eps), 1/rmax, rmax)` and
 * `d = clip((mean − runningMean)/√(runningVar + eps), −dmax, dmax)`, one value per channel,
 * constants to the gradient (Ioffe 2017, Algorithm 1). Consumes `std`, `mean` and the limits, but
 * not the state, which is moved afterwards.
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

/** How much the running statistics and the new batch count, scalars whose sum is 1. */
export interface Weights {
  readonly old: JaxArray;
  readonly fresh: JaxArray;
}

/** The weights of the plain average at a step, which is consumed: the first batch counts alone. */
export function averageWeights({ numpy: np }: JaxJs, step: JaxArray): Weights {
  const one = np.array(1, { dtype: step.dtype });
  // Not 1 − 1/step: a GPU's 1/1 need not be 1.
  return { old: step.ref.sub(one.ref).div(step.ref), fresh: one.div(step) };
}

/**
 * `old·running + fresh·batch`, but for channels whose batch is not finite; those stay. Taken from
 * the one that counts more, so that it is the batch where `fresh` is 1, to the last digit, and
 * stays where both agree. Consumes all it is given. The result is a constant to the gradient.
 *
 * @param batch The batch's mean, and the variance that is tracked.
 * @param weights Those of the running statistics and of the batch.
 * @param step What the counter of training forwards becomes.
 * @param isBatch 1, or 0 where a mask leaves no batch, and everything stays.
 */
export function updateRunningStats(
  { lax, numpy: np }: JaxJs,
  { runningMean, runningVar }: NormState,
  batch: { mean: JaxArray; variance: JaxArray },
  { old, fresh }: Weights,
  step: JaxArray,
  isBatch: JaxArray | null,
): NormState {
  const mean = batch.mean.astype(runningMean.dtype);
  const variance = batch.variance.astype(runningVar.dtype);
  let isWrong = np.logicalOr(isNotFinite(mean.ref), isNotFinite(variance.ref));
  if (isBatch) {
    step = step.sub(isBatch.ref.less(0.5).astype(step.dtype));
    isWrong = np.logicalOr(isWrong, isBatch.less(0.5));
  }
  const isMostlyFresh = fresh.ref.greater(old.ref);
  const smaller = np.minimum(old, fresh);
  const next = {
    runningMean: moved(runningMean, mean),
    runningVar: moved(runningVar, variance),
    numBatchesTracked: step,
  };
  [isWrong, isMostlyFresh, smaller].forEach((array) => array.dispose());
  return next;

  // np.isfinite would hold on to the device on which it was first traced.
  function isNotFinite(value: JaxArray): JaxArray {
    return np.logicalOr(np.isnan(value.ref), np.isinf(value));
  }

  function moved(running: JaxArray, value: JaxArray): JaxArray {
    const number = (scale: number) => np.array(scale, { dtype: running.dtype });
    // A GPU may take what is below float32's range for 0: small values move in a larger scale, the
    // largest that jax-js 0.1.25 can write in WGSL.
    const isSmall = np.maximum(np.absolute(running.ref), np.absolute(value.ref)).less(2 ** -62);
    const up = np.where(isSmall.ref, number(2 ** 62), number(1));
    const down = np.where(isSmall, number(2 ** -62), number(1));
    const near = np.where(isMostlyFresh.ref, value.ref, running.ref).mul(up.ref);
    const far = np.where(isMostlyFresh.ref, running.ref, value).mul(up);
    const distance = far.sub(near.ref).mul(smaller.ref.astype(running.dtype));
    return lax.stopGradient(np.where(isWrong.ref, running, near.add(distance).mul(down)));
  }
}
