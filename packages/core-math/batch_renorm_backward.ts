import { type BackwardOptions, type Gradients, gradients } from "./math/gradients.ts";
import type { SavedForRenormBackward } from "./math/forward.ts";
import type { FloatArray, Tensor } from "./tensor.ts";

/**
 * Backward of {@linkcode batchRenormForward}. r and d are constants to the gradient. With
 * `z = (x − mean)·invStd`, `S0 = Σdy` and `S1 = Σdy·z` a channel:
 * `dx = weight·r·invStd·(dy − S0/m − z·S1/m)`, `dWeight = r·S1 + d·S0`, `dBias = S0`.
 *
 * Nothing is recomputed from the running statistics, which have moved since.
 *
 * @param dy Gradient of the loss to y, of the shape of x.
 * @param saved What the forward saved; x and weight must still hold what they held then.
 * @param options `out` for dx.
 * @returns The gradients. For an empty batch dx is empty and the others are zero.
 * @throws {TypeError} When dy or `out` is not alike x, or `out` lies over x.
 * @see Ioffe 2017, "Batch Renormalization", section 3
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchRenormBackward, batchRenormForward } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const weight = new Float32Array([1]);
 * const running = { runningMean: new Float32Array([0]), runningVar: new Float32Array([1]) };
 * const { y, saved } = batchRenormForward(x, { weight, ...running }, { eps: 1e-12 });
 * const dy = { data: new Float32Array([0, 1]), shape: y.shape };
 * // z is [-1, 1], r is 1 and d is 2, so dWeight = 1 · 1 + 2 · 1.
 * assert.deepEqual(batchRenormBackward(dy, saved).dWeight, new Float32Array([3]));
 * ```
 */
export function batchRenormBackward<A extends FloatArray>(
  dy: Tensor<A>,
  saved: SavedForRenormBackward<A>,
  options: BackwardOptions<A> = {},
): Gradients<A> {
  return gradients("batchRenormBackward", dy, saved, options);
}
