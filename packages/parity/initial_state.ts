import type { GoldenCase } from "./golden_case.ts";

/** The initial state of a case under PyTorch's keys, as far as its layer has them. */
export function initialState({ config, initial }: GoldenCase): Record<string, number[] | number> {
  const { weight, bias, runningMean, runningVar, numBatchesTracked } = initial;
  return {
    ...config.affine !== false && { weight: [...weight], bias: [...bias] },
    ...config.trackRunningStats !== false && {
      running_mean: [...runningMean],
      running_var: [...runningVar],
      num_batches_tracked: numBatchesTracked,
    },
  };
}
