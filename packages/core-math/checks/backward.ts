import { expects, readFields } from "@renorm/schedule/checks";
import type { SavedForTrainingBackward } from "../math/forward.ts";
import type { BackwardStep } from "../math/gradients.ts";
import type { FloatArray, Layout, Tensor } from "../tensor.ts";
import { readMask } from "./mask.ts";
import { checkOptions } from "./options.ts";
import { readNormalization } from "./parameters.ts";
import { readAlike, readOut, sharesMemory } from "./tensors.ts";
import { readInput } from "./view.ts";

/** Options of the backwards. */
export interface BackwardOptions<A extends FloatArray = Float32Array> {
  /** A tensor alike x to write dx into: memory of its own, or that of dy. */
  out?: Tensor<A>;
}

/**
 * What a backward works on. x may have been detached, shrunk or changed in shape since the forward.
 */
export function readBackward<A extends FloatArray>(
  owner: string,
  gradient: Tensor<A>,
  saved: SavedForTrainingBackward<A>,
  options: BackwardOptions<A>,
): BackwardStep<A> {
  const { out } = checkOptions(owner, options, ["out"]);
  const fields = readFields(owner, "saved", saved, ["x", "layout", "mask", "isFixed"]);
  const layout = fields.layout as Layout;
  const input = readInput<A>(owner, fields.x, layout);
  const { x } = input;
  const mask = readMask(owner, fields.mask, input, layout);
  const view = mask?.view ?? input.view;
  const normalization = readNormalization(owner, "saved", saved, view.channels);
  const dy = readAlike(owner, "dy", gradient, x);
  const dx = readOut(owner, out, x);
  if (dx.data.byteOffset !== dy.data.byteOffset && sharesMemory(dx.data, dy.data)) {
    throw new TypeError(expects(owner, "out over all of dy or none of it", "a part"));
  }
  const isFixed = fields.isFixed === true;
  return { dy: dy.data, x: x.data, view, mask, normalization, isFixed, dx };
}
