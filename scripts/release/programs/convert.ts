/** What a user of `@renorm/convert` writes: batch norm becomes batch renorm, and is trained. */
import { convertToBatchRenorm } from "@renorm/convert";
import { BatchNorm2d, type NormalizationLayer } from "@renorm/core-math";
import { learningRate, limits, type Losses, meanSquaredError, shape, steps, x } from "./problem.ts";

/** Converts a model of one layer and trains it. */
export function train(): Losses {
  const model: { norm: NormalizationLayer } = { norm: new BatchNorm2d(shape[1]) };
  convertToBatchRenorm(model, limits);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { loss, dy } = meanSquaredError(model.norm.forward({ data: x, shape }).data);
    losses.push(loss);
    model.norm.backward({ data: dy, shape });
    const { weight, weightGrad, bias, biasGrad } = model.norm;
    weightGrad!.forEach((gradient, c) => weight![c] -= learningRate * gradient);
    biasGrad!.forEach((gradient, c) => bias![c] -= learningRate * gradient);
  }
  return { cpu: losses };
}
