/** What comes of a batch without values: an empty y, no gradients, and the state as it was. */
import type { JaxArray, JaxJs } from "./jax_js.ts";
import type { NormState } from "./parameters.ts";

/**
 * The y of an empty x, which is x; the other arrays of the call are disposed of. Nothing is computed:
 * jax-js has no gradient of a spread over no values.
 */
export function emptyResult(
  { lax }: JaxJs,
  x: JaxArray,
  ...others: readonly Readonly<Record<string, JaxArray>>[]
): JaxArray {
  for (const arrays of others) Object.values(arrays).forEach((array) => array.dispose());
  return lax.stopGradient(x);
}

/** The state as it was. jax-js cannot give an argument back beside a gradient, but for a new array. */
export function sameState({ lax }: JaxJs, state: NormState): NormState {
  return {
    runningMean: lax.stopGradient(state.runningMean),
    runningVar: lax.stopGradient(state.runningVar),
    numBatchesTracked: lax.stopGradient(state.numBatchesTracked),
  };
}
