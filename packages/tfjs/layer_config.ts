import type { OnSingleValue } from "@renorm/core-math";
import { checkOption, checkOptions, expects, readPlain, show } from "@renorm/core-math/checks";
import { linearWarmup, parseSchedule, type Schedule } from "@renorm/schedule";
import type { TensorFlow } from "./tensor_flow.ts";

/** What `tf.layers.batchNormalization` takes: axis, momentum, epsilon, center, scale, ... */
export type BatchNormalizationConfig = NonNullable<
  Parameters<TensorFlow["layers"]["batchNormalization"]>[0]
>;

/** What both layers take beyond it. */
export interface TrainingConfig {
  /**
   * Whether the layer may train by its own kernels on the webgpu and cpu backends: the same numbers
   * in less time. Default true; elsewhere it makes no difference.
   */
  fused?: boolean;
  /**
   * What a training batch of one value per channel does, as the last of an epoch may be: throw, or
   * be normalised by the moving averages, which then stay, as the step of a warm-up does. Default
   * `"throw"`.
   */
  onSingleValue?: OnSingleValue;
}

/**
 * Config of {@linkcode RenormLayers.batchRenormalization}: that of `tf.layers.batchNormalization`,
 * momentum and epsilon in Keras' sense with Keras' defaults, and the limits.
 */
export interface BatchRenormalizationConfig extends BatchNormalizationConfig, TrainingConfig {
  /** Largest r after the warm-up, at least 1; Infinity for no limit. Default 3. */
  rmax?: number;
  /** Largest |d| after the warm-up, at least 0; Infinity for no limit. Default 5. */
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

/** JSON has no infinity; no batch reaches this one, and float32 holds it. */
const unlimited = 3e38;

/** Checks our part of a config. */
export function resolveLimits(owner: string, config: BatchRenormalizationConfig): ResolvedLimits {
  const { rmax, dmax, warmupSteps, schedule, renormStep = 0 } = config;
  const given = Object.entries({ rmax, dmax, warmupSteps }).filter(([, value]) =>
    value !== undefined
  );
  checkOptions(owner, Object.fromEntries(given), ["rmax", "dmax", "warmupSteps"]);
  checkStep(owner, "renormStep", renormStep);
  if (schedule !== undefined && given.length > 0) {
    const wanted = "either schedule or rmax, dmax and warmupSteps";
    throw new TypeError(expects(owner, wanted, "both"));
  }
  if (schedule !== undefined) {
    const read = parseSchedule(schedule, owner);
    return { written: { schedule: read }, schedule: read, renormStep };
  }
  const limits = {
    rmax: Math.min(rmax ?? 3, unlimited),
    dmax: Math.min(dmax ?? 5, unlimited),
    warmupSteps: warmupSteps ?? 5000,
  };
  return { written: limits, schedule: linearWarmup(limits), renormStep };
}

const normNames = [
  ...["axis", "momentum", "epsilon", "center", "scale", "fused", "onSingleValue"],
  ...["beta", "gamma", "movingMean", "movingVariance"].map((weight) => `${weight}Initializer`),
  ...["betaConstraint", "gammaConstraint", "betaRegularizer", "gammaRegularizer"],
  ...["inputShape", "batchInputShape", "batchSize", "dtype", "name", "trainable", "weights"],
  "inputDType",
];
const renormNames = ["rmax", "dmax", "warmupSteps", "schedule", "renormStep"];

/**
 * Reads a config as a user writes it, once, and checks its names; TensorFlow.js would ignore what
 * it does not know. A config that is loaded with a model is not checked: other versions may write
 * more.
 */
export function readConfig<T extends object>(owner: string, config: T, isRenorm: boolean): T {
  return readNamed(
    owner,
    config,
    [...isRenorm ? renormNames : [], ...normNames],
    "a config object",
  );
}

/** Reads options once, own and inherited; they must be an object with these names. */
export function readNamed<T extends object>(
  owner: string,
  options: T,
  names: readonly string[],
  wanted = "options to be an object",
): T {
  return readPlain(owner, wanted, "options", options, names) as T;
}

/** Checks the part of a config that TensorFlow.js takes unseen. */
export function checkConfig(
  owner: string,
  config: BatchNormalizationConfig & TrainingConfig,
): void {
  const { momentum, epsilon, center, scale, fused, onSingleValue } = config;
  for (const [name, value] of Object.entries({ momentum, onSingleValue })) {
    if (value !== undefined) checkOption(owner, name, value);
  }
  if (epsilon !== undefined) checkEpsilon(owner, epsilon);
  for (const [name, value] of Object.entries({ center, scale, fused })) {
    if (value !== undefined && typeof value !== "boolean") {
      throw new TypeError(expects(owner, `${name} to be true or false`, show(value)));
    }
  }
}

/**
 * Below the normal numbers of float32 it would be 0 on some backend, and a constant channel NaN.
 */
function checkEpsilon(owner: string, epsilon: unknown): void {
  const refuse = (Kind: ErrorConstructor, wanted: string) => {
    throw new Kind(expects(owner, `epsilon to be ${wanted}`, show(epsilon)));
  };
  if (typeof epsilon !== "number") refuse(TypeError, "finite and above 0");
  else if (!(epsilon > 0 && epsilon < Infinity)) refuse(RangeError, "finite and above 0");
  else if (epsilon < 1.2e-38 || epsilon > 3.4e38) refuse(RangeError, "from 1.2e-38 to 3.4e38");
}

/** An axis as a number: tf.keras 2 wrote a list of one. */
export function singleAxis(owner: string, axis: unknown = -1): number {
  const value = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;
  if (Number.isInteger(value)) {
    // Ranks are 2 to 5; the shape of the input decides the rest.
    if (value >= -5 && value < 5) return value as number;
    throw new RangeError(expects(owner, "axis to be from -5 to 4", show(value)));
  }
  throw new TypeError(expects(owner, "axis to be one integer", show(axis)));
}

/** Throws unless it is a count of steps. */
export function checkStep(owner: string, name: string, step: unknown): void {
  if (Number.isSafeInteger(step) && Number(step) >= 0) return;
  const Kind = typeof step === "number" ? RangeError : TypeError;
  throw new Kind(expects(owner, `${name} to be an integer of at least 0`, show(step)));
}
