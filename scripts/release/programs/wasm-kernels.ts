/** What a user of `@renorm/wasm-kernels` writes: a layer trained on the CPU in WebAssembly. */
import { BatchRenorm2d, kernels } from "@renorm/wasm-kernels";
import { learningRate, limits, type Losses, meanSquaredError, steps, x } from "./problem.ts";

/**
 * Each plane of 4 values 16 times over: the same statistics, and enough to be worth WebAssembly.
 */
const times = 16;
const shape = [4, 3, 8, 8];
const spread = (values: Float32Array, factor: number): Float32Array<ArrayBuffer> =>
  Float32Array.from(
    { length: times * values.length },
    (_, i) => factor * values[4 * Math.floor(i / (4 * times)) + i % 4],
  );

/** Trains the layer. */
export function train(): Losses {
  const layer = new BatchRenorm2d(shape[1], limits);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const y = layer.forward({ data: spread(x, 1), shape }).data;
    const once = x.map((_, i) => y[4 * times * Math.floor(i / 4) + i % 4]);
    const { loss, dy } = meanSquaredError(once);
    losses.push(loss);
    layer.backward({ data: spread(dy, 1 / times), shape });
    for (let c = 0; c < shape[1]; c++) {
      layer.weight![c] -= learningRate * layer.weightGrad![c];
      layer.bias![c] -= learningRate * layer.biasGrad![c];
    }
  }
  if (kernels().name !== "wasm") throw new Error(`no WebAssembly here: ${kernels().reason}`);
  return { wasm: losses };
}
