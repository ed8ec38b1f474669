import * as core from "@renorm/core-math";
import type { FloatArray, Moments, MomentsOptions, Tensor } from "@renorm/core-math";
import { loops } from "./loops.ts";

/**
 * Mean and biased variance of each channel: `moments` of core-math.
 *
 * @param x Tensor of rank 2 to 5.
 * @param options The layout.
 * @returns The moments; zeros with `m = 0` for an empty batch. A NaN or an infinity in a channel
 * makes the moments of that channel non-finite.
 * @throws {TypeError} For a malformed tensor, a rank outside 2 to 5 or an unknown option.
 * @see torch.var_mean with `correction=0`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { moments } from "@renorm/wasm-kernels";
 *
 * const x = { data: new Float32Array([1, 10, 3, 30]), shape: [2, 2] };
 * assert.deepEqual(moments(x).mean, new Float64Array([2, 20]));
 * assert.deepEqual(moments(x).variance, new Float64Array([1, 100]));
 * ```
 */
export function moments<A extends FloatArray>(
  x: Tensor<A>,
  options?: MomentsOptions,
): Moments {
  return core.moments(x, options, loops);
}
