import { checkOptions, expects, show } from "@renorm/core-math/checks";
import { linearWarmup, parseSchedule, type Schedule } from "@renorm/schedule";
import type { TensorFlow } from "./tensor_flow.ts";

/** What `tf.layers.batchNormalization` takes: axis, momentum, epsilon, center, scale, ... */
export type BatchNormalizationConfig = NonNullable<
  Parameters<TensorFlow["layers"]["batchNormalization"]>[0]
>;

/** What both layers take beyond it. */
export interface FusedConfig {
  /**
   * Whether the layer may run its own kernels on the webgpu backend: the same numbers in fewer
   * dispatches. Default true; elsewhere it makes no difference.
   */
  fused?: boolean;
}

/**
 * Config of {@linkcode RenormLayers.batchRenormalization}: that of `tf.layers.batchNormalization`,
 * momentum and epsilon in Keras' sense with Keras' defaults, and the limits.
 */
export interface BatchRenormalizationConfig extends BatchNormalizationConfig, FusedConfig {
  /** Largest r after the warm-up, at least 1. Default 3. */
  rmax?: number;
  /** Largest |d| after the warm-up, at least 0. Default 5. */
  dmax?: number;
  /** Training steps over which the limits open linearly from 1 and 0. Default 5000. */
  warmupSteps?: number;
  /** The limits over the steps, instead of the three above. */
  schedule?: Schedule;
  /** Training steps that are behind the layer; saved and restored with the model. Default 0. */
  renormStep?: number;
}

/** The part of a config that is ours, checked. */
export interface ResolvedLimits {
  /** As it was given, for `getConfig`. */
  readonly written: Record<string, unknown>;
  readonly schedule: Schedule;
  readonly renormStep: number;
}

/** Checks our part of a config. */
export function resolveLimits(owner: string, config: BatchRenormalizationConfig): ResolvedLimits {
  const { rmax, dmax, warmupSteps, schedule, renormStep = 0 } = config;
  const given = Object.entries({ rmax, dmax, warmupSteps }).filter(([, value]) =>
    value !== undefined
  );
  checkOptions(owner, Object.fromEntries(given), ["rmax", "dmax", "warmupSteps"]);
  checkOptions(owner, { renorm_step: renormStep }, ["renorm_step"]);
  if (schedule && given.length > 0) {
    const wanted = "either schedule or rmax, dmax and warmupSteps";
    throw new TypeError(expects(owner, wanted, "both"));
  }
  if (schedule) return { written: { schedule }, schedule: parseSchedule(schedule), renormStep };
  const limits = { rmax: rmax ?? 3, dmax: dmax ?? 5, warmupSteps: warmupSteps ?? 5000 };
  return { written: limits, schedule: linearWarmup(limits), renormStep };
}

/** Checks the part of a config that TensorFlow.js takes unseen. */
export function checkConfig(owner: string, config: BatchNormalizationConfig & FusedConfig): void {
  const { momentum, epsilon, fused } = config;
  if (momentum !== undefined) checkOptions(owner, { momentum }, ["momentum"]);
  if (epsilon !== undefined && !(epsilon > 0 && epsilon < Infinity)) {
    throw new RangeError(expects(owner, "epsilon to be finite and above 0", show(epsilon)));
  }
  if (fused !== undefined && typeof fused !== "boolean") {
    throw new TypeError(expects(owner, "fused to be true or false", show(fused)));
  }
}

/** An axis as a number: tf.keras 2 wrote a list of one. */
export function singleAxis(owner: string, axis: unknown = -1): number {
  const value = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;
  if (Number.isInteger(value)) return value as number;
  throw new TypeError(expects(owner, "axis to be one integer", show(axis)));
}
