import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "@renorm/tfjs";
import { normNames } from "../training/mini_cnn.ts";

const { freezeBatchNorm } = renormLayers(tf);

/**
 * Makes a compiled model's norms normalise by the statistics that they have, while their scales and
 * shifts go on learning (FixBN, Zhong et al. 2023).
 */
export function fixStatistics(model: tf.LayersModel): void {
  freezeBatchNorm(model);
  // Frozen is the layer, which decides how it normalises; the optimizer looks at the weights.
  for (const name of normNames) {
    const [gamma, beta] = model.getLayer(name).weights;
    gamma.trainable = true;
    beta.trainable = true;
  }
}
