import type { JaxArray, JaxJs } from "./jax_js.ts";
import type { NormState } from "./parameters.ts";

/**
 * `running += share·(batch − running)`, but for channels whose batch is not finite; those stay.
 * Consumes all it is given. The result is a constant to the gradient.
 *
 * @param batch The batch's mean, and the variance that is tracked.
 * @param share Weight of the new batch.
 * @param step What the counter of training forwards becomes.
 */
export function updateRunningStats(
  { lax, numpy: np }: JaxJs,
  { runningMean, runningVar }: NormState,
  batch: { mean: JaxArray; variance: JaxArray },
  share: JaxArray,
  step: JaxArray,
): NormState {
  const mean = batch.mean.astype(runningMean.dtype);
  const variance = batch.variance.astype(runningVar.dtype);
  const isWrong = np.logicalOr(isNotFinite(mean.ref), isNotFinite(variance.ref));
  return {
    runningMean: moved(runningMean, mean, isWrong.ref, share.ref),
    runningVar: moved(runningVar, variance, isWrong, share),
    numBatchesTracked: lax.stopGradient(step),
  };

  // np.isfinite would hold on to the device on which it was first traced.
  function isNotFinite(value: JaxArray): JaxArray {
    return np.logicalOr(np.isnan(value.ref), np.isinf(value));
  }

  function moved(running: JaxArray, value: JaxArray, stays: JaxArray, share: JaxArray): JaxArray {
    const distance = value.sub(running.ref).mul(share.astype(running.dtype));
    return lax.stopGradient(np.where(stays, running.ref, running.add(distance)));
  }
}
