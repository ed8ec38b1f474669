import * as core from "@renorm/core-math";
import type { FloatArray, Normalization, NormalizeOptions, Tensor } from "@renorm/core-math";
import { loops } from "./loops.ts";

/**
 * `y = weight·((x − mean)·invStd·r + d) + bias`: `normalize` of core-math.
 *
 * @param x Tensor of rank 2 to 5.
 * @param normalization What to apply, one value per channel.
 * @param options Layout and `out`.
 * @returns `y`, of the shape and array kind of `x`: `out` where given, else a new tensor.
 * @throws {TypeError} For a malformed tensor, lengths that differ, `out` over `x`, or an unknown
 * option.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { normalize } from "@renorm/wasm-kernels";
 *
 * const x = { data: new Float32Array([1, 3]), shape: [2, 1] };
 * const mean = new Float64Array([2]);
 * const invStd = new Float64Array([1]);
 * const y = normalize(x, { mean, invStd, weight: new Float32Array([10]) });
 * assert.deepEqual(y.data, new Float32Array([-10, 10]));
 * ```
 */
export function normalize<A extends FloatArray>(
  x: Tensor<A>,
  normalization: Normalization,
  options?: NormalizeOptions<A>,
): Tensor<A> {
  return core.normalize(x, normalization, options, loops);
}
