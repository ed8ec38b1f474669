import type { StateDict } from "./state_dict.ts";

/** How often a layer was trained. */
export interface LayerCounters {
  /** Training forwards that were tracked so far. */
  numBatchesTracked: number;
  /** The same since the warm-up of batch renorm began; batch norm keeps both alike. */
  renormStep: number;
}

/** Counts a tracked training forward, or with −1 takes one back that turned out to be none. */
export function countTrainingForward(counters: LayerCounters, by: 1 | -1 = 1): void {
  counters.numBatchesTracked += by;
  counters.renormStep += by;
}

/**
 * The counters as a state has them. `renorm_step` is there only where it differs, so that an
 * ordinary layer keeps PyTorch's five keys.
 */
export function stateOfCounters({ numBatchesTracked, renormStep }: LayerCounters): StateDict {
  const state: StateDict = { num_batches_tracked: numBatchesTracked };
  if (renormStep !== numBatchesTracked) state.renorm_step = renormStep;
  return state;
}

/**
 * Sets the counters to those of a loaded state. A state without `renorm_step` goes on in the
 * schedule where `num_batches_tracked` says, as the notebook does; without both they stay.
 */
export function restoreCounters(counters: LayerCounters, state: StateDict): void {
  const { num_batches_tracked: tracked, renorm_step: step = tracked } = state;
  counters.numBatchesTracked = tracked ?? counters.numBatchesTracked;
  counters.renormStep = step ?? counters.renormStep;
}
