import { checkOption, checkOptions } from "./_check_options.ts";
import type { Layout } from "./tensor.ts";
import type { OnNonFinite, RunningVariance } from "./update_running_stats.ts";

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
}

/** A layer's options with every default filled in. */
export type ResolvedLayerOptions = Required<LayerOptions>;

const layerOptionNames: readonly string[] = [
  "eps",
  "momentum",
  "affine",
  "trackRunningStats",
  "layout",
  "runningVariance",
  "onNonFinite",
];

/**
 * Checks a layer's number of channels and options, and fills in the defaults.
 *
 * @param owner The class, for the errors.
 * @param numFeatures Number of channels, at least 1.
 * @param options What the caller gave. A null momentum passes: batch norm takes it.
 * @param runningVariance Default of that option.
 * @param moreNames Options that the class knows beyond the common ones.
 * @throws {TypeError} For an unknown option or one of the wrong kind.
 * @throws {RangeError} For a value out of range.
 */
export function resolveLayerOptions(
  owner: string,
  numFeatures: number,
  options: LayerOptions,
  runningVariance: RunningVariance,
  moreNames: readonly string[] = [],
): ResolvedLayerOptions {
  checkOption(owner, "numFeatures", numFeatures);
  const given = options?.momentum === null ? { ...options, momentum: undefined } : options;
  checkOptions(owner, given, [...layerOptionNames, ...moreNames]);
  return {
    eps: options.eps ?? 1e-5,
    momentum: options.momentum === null ? null : options.momentum ?? 0.1,
    affine: options.affine ?? true,
    trackRunningStats: options.trackRunningStats ?? true,
    layout: options.layout ?? "channels-first",
    runningVariance: options.runningVariance ?? runningVariance,
    onNonFinite: options.onNonFinite ?? "skip",
  };
}
