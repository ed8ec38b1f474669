import { type BackwardOptions, type Gradients, gradients } from "./math/gradients.ts";
import type { SavedForBackward } from "./math/forward.ts";
import type { FloatArray, Tensor } from "./tensor.ts";

/**
 * Backward of {@linkcode batchNormForward}. With `z = (x − mean)·invStd`, `S0 = Σdy` and
 * `S1 = Σdy·z` a channel: `dx = weight·invStd·(dy − S0/m − z·S1/m)`, `dWeight = S1`, `dBias = S0`.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved; x and weight must still hold what they held then.
 * @param options `out` for dx.
 * @returns The gradients. For an empty batch dx is empty and the others are zero.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 * @see Ioffe and Szegedy 2015, "Batch Normalization", section 3
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormBackward, batchNormForward } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const bias = new Float32Array([0]);
 * const { y, saved } = batchNormForward(x, { bias });
 * const { dx, dBias } = batchNormBackward({ data: new Float32Array([1, 1]), shape: y.shape }, saved);
 * // Adding the same to every y cannot be reached through x: the mean takes it off again.
 * assert.deepEqual(dx.data, new Float32Array([0, 0]));
 * assert.deepEqual(dBias, new Float32Array([2]));
 * ```
 */
export function batchNormBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForBackward<A>,
  options: BackwardOptions<A> = {},
): Gradients<A> {
  return gradients("batchNormBackward", dy, saved, options);
}
