/** Trains a golden file's model in TensorFlow.js as a user does, and compares what comes out. */
import { valuesIn } from "@renorm/testing/layout";
import { renormLayers } from "@renorm/tfjs";
import * as tf from "@tensorflow/tfjs";
import type { CaseComparison } from "../compare_case.ts";
import { compareTraining } from "./compare_training.ts";
import type { GoldenModel } from "./golden_model.ts";
import { buildModel, readTensor } from "./tfjs_model.ts";

/** Converts, trains and compares on the current backend. */
export async function trainAndCompare(
  golden: GoldenModel,
  fused: boolean,
): Promise<CaseComparison> {
  const original = buildModel(golden);
  const { model } = await renormLayers(tf).convertToBatchRenorm(original, {
    ...golden.convert,
    fused,
  });
  const optimizer = tf.train.sgd(golden.learningRate);
  model.compile({
    optimizer,
    loss: (labels: tf.Tensor, logits: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, logits),
  });
  const classes = golden.evalLogitsOfFirstBatch.length / golden.inputShape[0];
  const losses: number[] = [];
  for (const batch of golden.batches) {
    const x = inputOf(golden, batch.x);
    const labels = tf.tidy(() => tf.oneHot([...batch.labels], classes));
    losses.push(await model.trainOnBatch(x, labels) as number);
    tf.dispose([x, labels]);
  }
  const final: Record<string, Float32Array> = {};
  for (const path of Object.keys(golden.final)) {
    final[path] = await readTensor(model, golden, path);
  }
  const x = inputOf(golden, golden.batches[0].x);
  const logits = model.predict(x) as tf.Tensor;
  const evalLogits = await logits.data();
  tf.dispose([x, logits]);
  optimizer.dispose();
  model.dispose();
  original.dispose();
  return compareTraining(golden, { losses, final, evalLogits });
}

function inputOf({ inputShape: [n, c, h, w] }: GoldenModel, values: readonly number[]): tf.Tensor {
  return tf.tensor(valuesIn("channels-last", values, [n, c, h, w]), [n, h, w, c]);
}
