import { classNameOf, stockClassName } from "./find_norm_layers.ts";
import type { NormalizationLayer } from "./layer_interface.ts";
import { givenMask, type PositionMask, positionMask } from "./position_mask.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";
import { axisOf } from "./training_step.ts";

/** The mask that a layer would train by in a call; TensorFlow.js' own layer reads none. */
export function maskOf(
  tf: TensorFlow,
  layer: NormalizationLayer,
  x: Tensor,
  inputs: Tensor | Tensor[],
  kwargs: Record<string, unknown> = {},
): PositionMask | null {
  const isStock = classNameOf(layer) === stockClassName;
  const given = isStock ? null : givenMask(layer, inputs, kwargs);
  return given && positionMask(tf, layer.name, given, x, axisOf(layer, x));
}
