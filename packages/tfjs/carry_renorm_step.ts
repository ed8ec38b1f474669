import type { NormalizationLayer } from "./layer_interface.ts";
import type { Tensor } from "./tensor_flow.ts";

const owners = new WeakMap<Tensor, NormalizationLayer>();

/**
 * Lets the step of a layer go along where its averages are written from those of another layer
 * themselves, as `setWeights(getWeights())` does. The values of a tensor alone tell no step.
 */
export function carryStep(layer: NormalizationLayer): void {
  const average = layer.movingMean;
  owners.set(average.read(), layer);
  const write = average.write.bind(average);
  average.write = (value) => {
    const written = write(value);
    layer.renormStep = owners.get(value)?.renormStep ?? layer.renormStep;
    return written;
  };
}
