/**
 * The loops over the values of a tensor, for a package that brings faster ones: everything else,
 * the functions and layers of this package do the same over any of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { batchNormForward } from "@renorm/core-math";
 * import { type InnerLoops, plainLoops } from "@renorm/core-math/loops";
 *
 * let values = 0;
 * const counting: InnerLoops = {
 *   ...plainLoops,
 *   forward(x, ...rest) {
 *     values += x.length;
 *     plainLoops.forward(x, ...rest);
 *   },
 * };
 * batchNormForward({ data: new Float32Array([1, 3]), shape: [2, 1] }, {}, {}, counting);
 * assert.equal(values, 2);
 * ```
 *
 * @module
 */
export type { ChannelView } from "./channel_view.ts";
export type {
  ChannelMap,
  ChannelMoments,
  ChannelRange,
  GradientMap,
  GradientSums,
  InnerLoops,
} from "./inner_loops.ts";
export { plainLoops } from "./plain_loops.ts";
export type { FloatArray } from "../tensor.ts";
