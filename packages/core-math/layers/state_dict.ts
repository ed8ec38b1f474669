import { readPlain } from "@renorm/schedule/checks";
import { readCount, readNumbers, readStatistics } from "../checks/state_values.ts";
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
    const what = `state key ${key}`;
    const vector = checked[key];
    checked[key] = Float32Array.from(
      key.startsWith("running_")
        ? readStatistics(owner, what, vector, numFeatures, key === "running_var")
        : readNumbers(owner, what, vector, numFeatures),
    );
  }
  for (const key of counts) {
    const count = readCount(owner, key, checked[key]);
    if (count !== undefined) checked[key] = count;
  }
  return checked as StateDict;
}
