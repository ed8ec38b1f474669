import { checkOption, checkOptions } from "../checks/options.ts";
import type { OnNonFinite, OnSingleValue, RunningVariance } from "../math/update_running_stats.ts";
import type { Layout } from "../tensor.ts";
import {
  type StepLimits,
  stepLimits,
  stepLimitsNames,
  type StepLimitsOptions,
} from "./step_limits.ts";

/** Options that all layers share, with PyTorch's names and defaults. */
export interface LayerOptions {
  /** Added to a variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /**
   * Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. Keras' and
   * TensorFlow.js' 0.99 is 0.01 here.
   */
  momentum?: number | null;
  /** Whether the layer has a weight γ and a bias β. Default true. */
  affine?: boolean;
  /** Whether running statistics are tracked; without them eval uses the batch. Default true. */
  trackRunningStats?: boolean;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** The variance that is tracked. Default: batch norm `"unbiased"`, batch renorm `"biased"`. */
  runningVariance?: RunningVariance;
  /** What a channel with non-finite batch statistics does. Default `"skip"`. */
  onNonFinite?: OnNonFinite;
  /**
   * What a training batch of one value per channel does, as the last of an epoch may be: throw, or
   * be normalised by the running statistics and move nothing. Default `"throw"`.
   */
  onSingleValue?: OnSingleValue;
}

/** A layer's options with every default filled in. */
export type ResolvedLayerOptions = Required<LayerOptions>;

/** PyTorch's own, and ours: what is printed stands in this order, the limits between the two. */
const theirDefaults = { eps: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true };
export const ourDefaults = {
  layout: "channels-first",
  runningVariance: "unbiased",
  onNonFinite: "skip",
  onSingleValue: "throw",
} as const;

const layerOptionNames: readonly string[] = Object.keys({ ...theirDefaults, ...ourDefaults });

/** The two kinds of layer; they differ in a default, in options and in the correction. */
export type LayerMethod = "batch-norm" | "batch-renorm";

/** What a concrete class of layers says of itself. */
export interface LayerClass {
  /** Its name, for errors and `toString`. */
  readonly name: string;
  /** Batch norm or batch renorm. */
  readonly method: LayerMethod;
}

/**
 * The variance that a layer tracks by default: PyTorch's for batch norm, the paper's for renorm.
 */
export function defaultRunningVariance(method: LayerMethod): RunningVariance {
  return method === "batch-norm" ? "unbiased" : "biased";
}

/** Checks a layer's channels and options, read once, and fills in the defaults. */
export function resolveLayerOptions(
  { name, method }: LayerClass,
  numFeatures: number,
  options: LayerOptions & StepLimitsOptions,
): {
  readonly resolved: ResolvedLayerOptions & StepLimitsOptions;
  readonly limits: StepLimits | null;
} {
  checkOption(name, "numFeatures", numFeatures);
  const isNorm = method === "batch-norm";
  const names = isNorm ? layerOptionNames : [...layerOptionNames, ...stepLimitsNames];
  // The plain average of all batches.
  const given = checkOptions(name, options, names, isNorm ? ["momentum"] : []);
  const limits = isNorm ? null : stepLimits(name, given);
  const ours = { ...ourDefaults, runningVariance: defaultRunningVariance(method) };
  const { options: ofLimits } = limits ?? {};
  // Twice: for their place among the others, and for what was read of them.
  return { resolved: { ...theirDefaults, ...ofLimits, ...ours, ...given, ...ofLimits }, limits };
}
