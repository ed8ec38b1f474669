import { miniCnn } from "@renorm/experiments/training/mini_cnn";
import { renormLayers } from "@renorm/tfjs";
import * as tf from "@tensorflow/tfjs";

/** A model's summary before and after its conversion, as lines. */
export interface Conversion {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly warmupSteps: number;
}

/**
 * Converts the notebook's MiniCNN, made with TensorFlow.js' own batch norm, to batch renorm.
 *
 * @param warmupSteps training forwards over which the limits open
 */
export async function convertMiniCnn(warmupSteps: number): Promise<Conversion> {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const { batchNormalization } = tf.layers;
  const model = miniCnn(8, (name) => batchNormalization({ name, epsilon: 1e-5 }), 0);
  const { convertToBatchRenorm } = renormLayers(tf);
  const converted = await convertToBatchRenorm(model, { rmax: 3, dmax: 5, warmupSteps });
  const conversion = { before: summary(model), after: summary(converted.model), warmupSteps };
  converted.model.dispose();
  model.dispose();
  return conversion;
}

/** The summary without the rules between its rows. */
function summary(model: tf.LayersModel): string[] {
  const lines: string[] = [];
  const columnEnds = [0.42, 0.64, 0.86, 1];
  model.summary(78, columnEnds, (line: string) => lines.push(line.trimEnd()));
  return lines.filter((line) => !/^_+$/.test(line));
}
