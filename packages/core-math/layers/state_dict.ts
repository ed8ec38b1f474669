import { expects, readFields, reading, readPlain, show } from "@renorm/schedule/checks";
import { checkOption } from "../checks/options.ts";
import type { LayerClass, ResolvedLayerOptions } from "./layer_options.ts";

/**
 * The state of a layer under PyTorch's keys, so that its checkpoints load as they are. Plain data:
 * arrays are copies.
 */
export interface StateDict {
  /** Scale γ a channel; absent without affine parameters. */
  weight?: Float32Array<ArrayBuffer>;
  /** Shift β a channel; absent without affine parameters. */
  bias?: Float32Array<ArrayBuffer>;
  /** Running mean per channel; absent without tracking. */
  running_mean?: Float32Array<ArrayBuffer>;
  /** Running variance per channel; absent without tracking. */
  running_var?: Float32Array<ArrayBuffer>;
  /** Training forwards so far; absent without tracking. */
  num_batches_tracked?: number;
  /** Step of the limits' schedule, only where it differs from `num_batches_tracked`. */
  renorm_step?: number;
}

/**
 * What `loadStateDict` takes: a {@linkcode StateDict}, or the same with number lists and bigints.
 */
export type LoadableStateDict = {
  readonly [Key in keyof StateDict]?: StateDict[Key] extends number | undefined ? number | bigint
    : ArrayLike<number>;
};

/** What a layer wants of a state. */
export type WantedState =
  & { readonly numFeatures: number }
  & Pick<ResolvedLayerOptions, "affine" | "trackRunningStats">;

/**
 * Reads all of `state` once and checks it against what a layer wants, before anything is changed.
 *
 * @returns Copies of the arrays that are wanted, and the counts that are there.
 */
export function checkStateDict(
  { name: owner, method }: LayerClass,
  state: LoadableStateDict,
  { numFeatures, affine, trackRunningStats }: WantedState,
): StateDict {
  const vectorKeys = [
    ...affine ? ["weight", "bias"] as const : [],
    ...trackRunningStats ? ["running_mean", "running_var"] as const : [],
  ];
  const counts = ["num_batches_tracked", ...method === "batch-norm" ? [] : ["renorm_step"]];
  const keys: string[] = [...vectorKeys, ...trackRunningStats ? counts : []];
  const checked = readPlain(owner, "a state dict", "state keys", state, keys);
  for (const key of vectorKeys) {
    checked[key] = readStateVector(owner, key, checked[key], numFeatures);
  }
  for (const key of counts) {
    const count = checked[key];
    if (typeof count === "bigint") checked[key] = Number(count);
    if (count !== undefined) checkOption(owner, key, checked[key]);
  }
  return checked;
}

function readStateVector(
  owner: string,
  key: string,
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
