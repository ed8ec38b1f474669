import { expects, readFields } from "@renorm/schedule/checks";
import type { SavedForTrainingBackward } from "../math/forward.ts";
import type { BackwardStep } from "../math/gradients.ts";
import type { FloatArray, Layout, Tensor } from "../tensor.ts";
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
  const fields = readFields(owner, "saved", saved, ["x", "layout", "isFixed"]);
  const { x, view } = readInput<A>(owner, fields.x, fields.layout as Layout);
  const normalization = readNormalization(owner, "saved", saved, view.channels);
  const dy = readAlike(owner, "dy", gradient, x);
  const dx = readOut(owner, out, x);
  if (dx.data.byteOffset !== dy.data.byteOffset && sharesMemory(dx.data, dy.data)) {
    throw new TypeError(expects(owner, "out over all of dy or none of it", "a part"));
  }
  return { dy: dy.data, x: x.data, view, normalization, isFixed: fields.isFixed === true, dx };
}
