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
  const isFinite = np.logicalAnd(np.isfinite(batch.mean.ref), np.isfinite(batch.variance.ref));
  function moved(
    running: JaxArray,
    value: JaxArray,
    isFinite: JaxArray,
    share: JaxArray,
  ): JaxArray {
    const { dtype } = running;
    const next = running.ref.add(value.sub(running.ref).mul(share)).astype(dtype);
    return lax.stopGradient(np.where(isFinite, next, running));
  }
  return {
    runningMean: moved(runningMean, batch.mean, isFinite.ref, share.ref),
    runningVar: moved(runningVar, batch.variance, isFinite, share),
    numBatchesTracked: lax.stopGradient(step),
  };
}
