import type { Layout, RunningVariance } from "@renorm/core-math";

/** Options of `batchNormInference`. */
export interface InferenceOptions {
  /** Added to the running variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
}

/** Options of `batchRenorm`. */
export interface BatchRenormOptions extends InferenceOptions {
  /** Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. */
  momentum?: number;
  /** The variance that is tracked. Default `"biased"`; in batch norm `"unbiased"`. */
  runningVariance?: RunningVariance;
}

/** Options of `batchNorm`. */
export interface BatchNormOptions extends Omit<BatchRenormOptions, "momentum"> {
  /** The same; null is PyTorch's cumulative average. Default 0.1. */
  momentum?: number | null;
}

/** The names of {@linkcode InferenceOptions}. */
export const inferenceOptionNames: readonly string[] = ["eps", "layout"];

/** The names of the options of training. */
export const trainingOptionNames: readonly string[] = [
  ...inferenceOptionNames,
  "momentum",
  "runningVariance",
];
