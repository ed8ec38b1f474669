import type { Limits } from "@renorm/schedule";
import type { InferenceStep, TrainingStep } from "../math/forward.ts";
import type { OnNonFinite, OnSingleValue, RunningVariance } from "../math/update_running_stats.ts";
import type { FloatArray, Layout, Mask, Tensor } from "../tensor.ts";
import { readMask } from "./mask.ts";
import { checkFinite, readParameters } from "./parameters.ts";
import { checkMoreThanOneValue, readOut } from "./tensors.ts";
import type { Input } from "./view.ts";

/** Options that the training forwards of batch norm and batch renorm share. */
export interface TrainingOptions<A extends FloatArray = Float32Array> {
  /** Added to a variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. */
  momentum?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** The variance that is tracked. Default: batch norm `"unbiased"`, batch renorm `"biased"`. */
  runningVariance?: RunningVariance;
  /** What a channel with non-finite batch statistics does. Default `"skip"`. */
  onNonFinite?: OnNonFinite;
  /**
   * What a batch of one value per channel does; `"running"` needs statistics. Default `"throw"`.
   */
  onSingleValue?: OnSingleValue;
  /** `false` leaves the running statistics alone, for a recomputation or a look. Default true. */
  updateStats?: boolean;
  /** Which positions count; the others are normalised too. Default: all of them. */
  mask?: Mask | undefined;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor<A> | undefined;
}

/** Every option of a training forward, with what it is where it is not given. */
const defaults = {
  eps: 1e-5,
  momentum: 0.1,
  layout: "channels-first",
  runningVariance: "unbiased",
  onNonFinite: "skip",
  onSingleValue: "throw",
  updateStats: true,
  mask: undefined,
  out: undefined,
} as const;

export const trainingOptionNames: readonly string[] = Object.keys(defaults);

/** Options of `batchNormInference`. */
export interface InferenceOptions<A extends FloatArray = Float32Array> {
  /** Added to the running variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** Which positions have a gradient; y is the same at all. Default: all of them. */
  mask?: Mask | undefined;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor<A> | undefined;
}

/** What a training forward works on; the input and the options are checked. */
export function readTraining<A extends FloatArray>(
  owner: string,
  input: Input<A>,
  parameters: unknown,
  options: TrainingOptions<A>,
  limits: Limits | null,
): TrainingStep<A> {
  const { x } = input;
  const mask = readMask(owner, options.mask, input, options.layout);
  const view = mask?.view ?? input.view;
  const ofRenorm = limits && { runningVariance: "biased" } as const;
  const settings = { ...defaults, ...ofRenorm, ...options };
  const given = readParameters(owner, parameters, view.channels, limits !== null);
  const y = readOut(owner, options.out, x);
  if (settings.onSingleValue === "throw" || !given.running) {
    checkMoreThanOneValue(owner, view.m, x.shape, mask !== null);
  }
  const isStrict = settings.onNonFinite === "throw" && view.m > 0;
  const checkBatch = isStrict ? checkFinite.bind(null, owner) : null;
  return { ...settings, x, view, mask, ...given, limits, y, checkBatch };
}

/** What inference works on; the input and the options are checked. */
export function readInference<A extends FloatArray>(
  owner: string,
  input: Input<A>,
  parameters: unknown,
  options: InferenceOptions<A>,
): InferenceStep<A> {
  const given = readParameters(owner, parameters, input.view.channels, true);
  const mask = readMask(owner, options.mask, input, options.layout);
  const y = readOut(owner, options.out, input.x);
  return { ...defaults, ...options, ...input, mask, ...given, running: given.running!, y };
}
