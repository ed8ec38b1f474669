import { readMoments } from "./checks/parameters.ts";
import { readMask } from "./checks/mask.ts";
import { checkOptions } from "./checks/options.ts";
import { readInput } from "./checks/view.ts";
import { merged } from "./math/merge_moments.ts";
import type { InnerLoops } from "./math/inner_loops.ts";
import { type Moments, momentsOf } from "./math/moments.ts";
import { plainLoops } from "./math/plain_loops.ts";
import type { FloatArray, Layout, Mask, Tensor } from "./tensor.ts";

/** Options of {@linkcode moments}. */
export interface MomentsOptions {
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** Which positions count. Default: all of them. */
  mask?: Mask | undefined;
}

/**
 * Computes `mean = Σx / m` and `variance = Σ(x − mean)² / m` for each channel.
 *
 * It sums in float64 and in one pass over the memory, with each channel shifted by its first
 * value: that keeps a small variance beside a large mean, where `E[x²] − E[x]²` would cancel. Each
 * channel is summed in the same order in both layouts, so the results are the same bits.
 *
 * @param x Tensor of rank 2 to 5.
 * @param options The layout and a mask.
 * @param loops The loops over the values. Default: plain ones.
 * @returns The moments; zeros with `m = 0` for an empty batch. A NaN or an infinity in a channel
 * makes the moments of that channel non-finite.
 * @throws {TypeError} For a malformed tensor, a rank outside 2 to 5 or an unknown option.
 * @see torch.var_mean with `correction=0`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { moments } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([1, 10, 3, 30]), shape: [2, 2] };
 * assert.deepEqual(moments(x).mean, new Float64Array([2, 20]));
 * assert.deepEqual(moments(x).variance, new Float64Array([1, 100]));
 * ```
 */
export function moments<A extends FloatArray>(
  x: Tensor<A>,
  options: MomentsOptions = {},
  loops: InnerLoops = plainLoops,
): Moments {
  const owner = "moments";
  const { layout, mask: given } = checkOptions(owner, options, ["layout", "mask"]);
  const input = readInput<A>(owner, x, layout);
  const mask = readMask(owner, given, input, layout);
  return momentsOf(input.x.data, input.view, mask, loops);
}

/**
 * Merges the moments of two disjoint parts of a batch into those of the whole:
 * `mean = a.mean + δ·b.m/m` and
 * `variance = (a.variance·a.m + b.variance·b.m + δ²·a.m·b.m/m) / m` with `δ = b.mean − a.mean` and
 * `m = a.m + b.m`.
 *
 * Use it for micro-batches, for several workers, or for parts that do not fit in memory at once.
 *
 * @param a Moments of one part.
 * @param b Moments of the other; the same number of channels.
 * @returns The moments of both together.
 * @throws {TypeError} When these are no moments, or the numbers of channels differ.
 * @throws {RangeError} When an `m` is not an integer of at least 0 or a variance is below 0.
 * @see Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeMoments, moments } from "@renorm/core-math";
 *
 * const part = (values: number[]) =>
 *   moments({ data: new Float32Array(values), shape: [values.length, 1] });
 * assert.deepEqual(mergeMoments(part([1, 2]), part([6])), part([1, 2, 6]));
 * ```
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const owner = "mergeMoments";
  const first = readMoments(owner, "a", a);
  const second = readMoments(owner, "b", b, first.mean.length);
  return merged(first, second);
}
