/** The same as `tfjs.ts` by a user who has the parts of TensorFlow.js, and not all of it. */
import { renormLayers } from "@renorm/tfjs";
import "@tensorflow/tfjs-backend-cpu";
import * as core from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { learningRate, limits, type Losses, shape, steps, target, x } from "./problem.ts";

/** Fits a model of one layer on the CPU backend. */
export async function train(): Promise<Losses> {
  const { batchRenormalization } = renormLayers({ ...core, ...layers });
  const norm = batchRenormalization({
    inputShape: shape.slice(1),
    axis: 1,
    momentum: 0.9,
    epsilon: 1e-5,
    ...limits,
  });
  const model = layers.sequential({ layers: [norm] });
  model.compile({ optimizer: core.train.sgd(learningRate), loss: "meanSquaredError" });
  const [inputs, wanted] = [x, target].map((values) => core.tensor(values, shape));
  const { history } = await model.fit(inputs, wanted, { epochs: steps, batchSize: 4, verbose: 0 });
  return { cpu: history.loss as number[] };
}
