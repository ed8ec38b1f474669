/** What a user of `@renorm/tfjs` writes: the layer in a model that is fitted. */
import { renormLayers } from "@renorm/tfjs";
import { learningRate, limits, type Losses, shape, steps, target, x } from "./problem.ts";
import * as tf from "./tfjs_whole.ts";

/**
 * Fits a model of one layer on the CPU backend, and on the GPU with our kernels where it is wanted.
 */
export async function train(gpu?: GPU): Promise<Losses> {
  const losses: Record<string, readonly number[]> = { cpu: await fitOn("cpu") };
  if (gpu) {
    await import("@tensorflow/tfjs-backend-webgpu");
    losses.gpu = await fitOn("webgpu");
  }
  return losses;
}

async function fitOn(backend: string): Promise<number[]> {
  if (!await tf.setBackend(backend)) throw new Error(`expected the backend ${backend}: got none`);
  const { batchRenormalization } = renormLayers(tf);
  const norm = batchRenormalization({
    inputShape: shape.slice(1),
    axis: 1,
    momentum: 0.9,
    epsilon: 1e-5,
    ...limits,
  });
  const model = tf.sequential({ layers: [norm] });
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: "meanSquaredError" });
  const [inputs, wanted] = [x, target].map((values) => tf.tensor(values, shape));
  const { history } = await model.fit(inputs, wanted, { epochs: steps, batchSize: 4, verbose: 0 });
  return history.loss as number[];
}
