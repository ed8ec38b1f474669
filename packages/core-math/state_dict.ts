import { expects, show } from "./_check.ts";
import { checkOptions } from "./_check_options.ts";
import type { LayerMethod, LayerOptions } from "./layer_options.ts";

/**
 * The state of a layer under PyTorch's keys, so that its checkpoints load as they are. Plain data:
 * arrays are copies.
 */
export interface StateDict {
  /** Scale γ a channel; absent without affine parameters. */
  weight?: Float32Array;
  /** Shift β a channel; absent without affine parameters. */
  bias?: Float32Array;
  /** Running mean a channel; absent without tracking. */
  running_mean?: Float32Array;
  /** Running variance a channel; absent without tracking. */
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

const vectorKeys: readonly (keyof StateVectors)[] = [
  "weight",
  "bias",
  "running_mean",
  "running_var",
];

/** The arrays of a state, a value a channel. */
export type StateVectors = Partial<
  Record<"weight" | "bias" | "running_mean" | "running_var", ArrayLike<number>>
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

/** The keys that a state of a layer may have. */
export function stateKeys(
  { affine, trackRunningStats }: Pick<LayerOptions, "affine" | "trackRunningStats">,
  method: LayerMethod,
): string[] {
  return [
    ...affine ? ["weight", "bias"] : [],
    ...trackRunningStats ? ["running_mean", "running_var", "num_batches_tracked"] : [],
    ...trackRunningStats && method === "batch renorm" ? ["renorm_step"] : [],
  ];
}

/** Checks all of `state` against `wanted` before anything is changed. */
export function checkStateDict(
  owner: string,
  state: LoadableStateDict,
  wanted: { readonly keys: readonly string[]; readonly channels: number },
): CheckedState {
  if (typeof state !== "object" || state === null) {
    throw new TypeError(expects(owner, "a state dict", show(state)));
  }
  const { keys, channels } = wanted;
  for (const key of Object.keys(state)) {
    if (!keys.includes(key)) {
      throw new TypeError(expects(owner, `state keys among ${keys.join(", ")}`, show(key)));
    }
  }
  const vectors: StateVectors = {};
  for (const key of vectorKeys.filter((name) => keys.includes(name))) {
    vectors[key] = checkStateVector(owner, key, state[key], channels);
  }
  return {
    vectors,
    numBatchesTracked: checkStateCount(owner, "num_batches_tracked", state.num_batches_tracked),
    renormStep: checkStateCount(owner, "renorm_step", state.renorm_step),
  };
}

function checkStateVector(
  owner: string,
  key: keyof StateVectors,
  vector: ArrayLike<number> | undefined,
  channels: number,
): ArrayLike<number> {
  const wanted = `state key ${key} to be an array of ${channels} numbers`;
  if (typeof vector !== "object" || vector === null || typeof vector.length !== "number") {
    throw new TypeError(expects(owner, wanted, show(vector)));
  }
  if (vector.length !== channels) {
    throw new TypeError(expects(owner, wanted, `${vector.length} of them`));
  }
  const values = Array.from(vector);
  const strange = values.findIndex((value) => typeof value !== "number");
  if (strange >= 0) throw new TypeError(expects(owner, wanted, show(values[strange])));
  if (key === "running_mean" || key === "running_var") {
    const least = key === "running_var" ? 0 : -Infinity;
    const bad = values.findIndex((v) => !Number.isFinite(Math.fround(v)) || v < least);
    if (bad >= 0) {
      const range = key === "running_var" ? "finite and at least 0" : "finite";
      const got = `${values[bad]} in channel ${bad}`;
      throw new RangeError(expects(owner, `state key ${key} to be ${range}`, got));
    }
  }
  return vector;
}

function checkStateCount(
  owner: string,
  key: string,
  count: number | bigint | undefined,
): number | undefined {
  const value = typeof count === "bigint" ? Number(count) : count;
  checkOptions(owner, { [key]: value }, [key]);
  return value;
}
