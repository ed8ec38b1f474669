import { expects, show } from "../checks/errors.ts";
import { readFields, reading, readPlain } from "../checks/fields.ts";
import { checkOption } from "../checks/options.ts";
import type { LayerClass } from "./layer_options.ts";

/**
 * The state of a layer under PyTorch's keys, so that its checkpoints load as they are. Plain data:
 * arrays are copies.
 */
export interface StateDict {
  /** Scale γ a channel; absent without affine parameters. */
  weight?: Float32Array;
  /** Shift β a channel; absent without affine parameters. */
  bias?: Float32Array;
  /** Running mean per channel; absent without tracking. */
  running_mean?: Float32Array;
  /** Running variance per channel; absent without tracking. */
  running_var?: Float32Array;
  /** Training forwards so far; absent without tracking. */
  num_batches_tracked?: number;
  /** Step of the limits' schedule, only where it differs from `num_batches_tracked`. */
  renorm_step?: number;
}

/** What `loadStateDict` takes: a {@linkcode StateDict}, or the same with number lists and bigints. */
export type LoadableStateDict = {
  readonly [Key in keyof StateDict]?: StateDict[Key] extends number | undefined ? number | bigint
    : ArrayLike<number>;
};

/** The arrays of a state as copies, one value per channel. */
export type StateVectors = Partial<
  Record<"weight" | "bias" | "running_mean" | "running_var", Float32Array<ArrayBuffer>>
>;

/** A state that has passed the checks, ready to be copied in. */
export interface CheckedState {
  /** The arrays that are there. */
  readonly vectors: StateVectors;
  /** The counter, if it was in the state. */
  readonly numBatchesTracked: number | undefined;
  /** The step of the schedule, if it was in the state. */
  readonly renormStep: number | undefined;
}

/** What a layer wants of a state. */
export interface WantedState {
  /** Number of channels. */
  readonly numFeatures: number;
  /** Whether there is a weight and a bias. */
  readonly affine: boolean;
  /** Whether there are running statistics and counters. */
  readonly trackRunningStats: boolean;
}

/** Reads all of `state` once and checks it against what a layer wants, before anything is changed. */
export function checkStateDict(
  { name: owner, method }: LayerClass,
  state: LoadableStateDict,
  { numFeatures, affine, trackRunningStats }: WantedState,
): CheckedState {
  const vectorKeys: (keyof StateVectors)[] = [
    ...affine ? ["weight", "bias"] as const : [],
    ...trackRunningStats ? ["running_mean", "running_var"] as const : [],
  ];
  const counterKeys = ["num_batches_tracked", ...method === "batch-norm" ? [] : ["renorm_step"]];
  const keys: string[] = [...vectorKeys, ...trackRunningStats ? counterKeys : []];
  const fields = readPlain(owner, "a state dict", "state keys", state, keys);
  const vectors: StateVectors = {};
  for (const key of vectorKeys) {
    vectors[key] = readStateVector(owner, key, fields[key], numFeatures);
  }
  return {
    vectors,
    numBatchesTracked: checkStateCount(owner, "num_batches_tracked", fields.num_batches_tracked),
    renormStep: checkStateCount(owner, "renorm_step", fields.renorm_step),
  };
}

function readStateVector(
  owner: string,
  key: keyof StateVectors,
  vector: unknown,
  channels: number,
): Float32Array<ArrayBuffer> {
  const what = `state key ${key}`;
  const wanted = `${what} to be an array of ${channels} numbers`;
  const refuse = (got: string) => new TypeError(expects(owner, wanted, got));
  const length = typeof vector === "object" && vector &&
    readFields(owner, what, vector, ["length"]).length;
  if (typeof length !== "number") throw refuse(show(vector));
  if (length !== channels) throw refuse(`${length} of them`);
  const isVariance = key === "running_var";
  const values = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const value = reading(owner, what, () => (vector as ArrayLike<unknown>)[c]);
    if (typeof value !== "number") throw refuse(show(value));
    values[c] = value;
    if (key.startsWith("running_") && (!Number.isFinite(values[c]) || isVariance && value < 0)) {
      const range = isVariance ? "finite and at least 0" : "finite";
      const got = `${value} in channel ${c}`;
      throw new RangeError(expects(owner, `${what} to be ${range}`, got));
    }
  }
  return values;
}

function checkStateCount(owner: string, key: string, count: unknown): number | undefined {
  const value = typeof count === "bigint" ? Number(count) : count;
  if (value !== undefined) checkOption(owner, key, value);
  return value as number | undefined;
}
