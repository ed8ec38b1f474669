import { checkOptions } from "./checks/options.ts";
import { readNormalization } from "./checks/parameters.ts";
import { readOut } from "./checks/tensors.ts";
import { readInput } from "./checks/view.ts";
import type { InnerLoops } from "./math/inner_loops.ts";
import { type Normalization, normalizeInto } from "./math/normalize.ts";
import { plainLoops } from "./math/plain_loops.ts";
import type { FloatArray, Layout, Tensor } from "./tensor.ts";

/** Options of {@linkcode normalize}. */
export interface NormalizeOptions<A extends FloatArray = Float32Array> {
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** A tensor alike x to write into; it may not share memory with x. */
  out?: Tensor<A> | undefined;
}

/**
 * Computes `y = weight·((x − mean)·invStd·r + d) + bias` in each channel.
 *
 * The mean is taken off first and never folded into the shift, which would cancel beside a large
 * mean.
 *
 * @param x Tensor of rank 2 to 5.
 * @param normalization What to apply, one value per channel.
 * @param options Layout and `out`.
 * @param loops The loops over the values. Default: plain ones.
 * @returns `y`, of the shape and array kind of `x`: `out` where given, else a new tensor.
 * @throws {TypeError} For a malformed tensor, lengths that differ, `out` over `x`, or an unknown
 * option.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { normalize } from "@renorm/core-math";
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
  options: NormalizeOptions<A> = {},
  loops: InnerLoops = plainLoops,
): Tensor<A> {
  const owner = "normalize";
  const { layout, out } = checkOptions(owner, options, ["layout", "out"]);
  const input = readInput<A>(owner, x, layout);
  const { channels } = input.view;
  const plain = readNormalization(owner, "normalization", normalization, channels);
  const y = readOut(owner, out, input.x);
  normalizeInto(input.x.data, input.view, plain, y.data, loops);
  return y.tensor;
}
