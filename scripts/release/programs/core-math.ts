/** What a user of `@renorm/core-math` writes: a layer trained on the CPU. */
import { BatchRenorm2d } from "@renorm/core-math";
import { learningRate, limits, type Losses, meanSquaredError, shape, steps, x } from "./problem.ts";

/** Trains the layer. */
export function train(): Losses {
  const layer = new BatchRenorm2d(shape[1], limits);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { loss, dy } = meanSquaredError(layer.forward({ data: x, shape }).data);
    losses.push(loss);
    layer.backward({ data: dy, shape });
    for (let c = 0; c < shape[1]; c++) {
      layer.weight![c] -= learningRate * layer.weightGrad![c];
      layer.bias![c] -= learningRate * layer.biasGrad![c];
    }
  }
  return { cpu: losses };
}
