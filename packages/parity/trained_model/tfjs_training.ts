/** Trains a golden file's model in TensorFlow.js as a user does, and compares what comes out. */
import { renormLayers } from "@renorm/tfjs";
import * as tf from "@tensorflow/tfjs";
import type { CaseComparison } from "../compare_case.ts";
import { valuesIn } from "../layout.ts";
import { largestError } from "../tolerance.ts";
import type { GoldenModel } from "./golden_model.ts";
import { buildModel, readTensor } from "./tfjs_model.ts";

/** How far a loss may be from torch's. */
const lossTolerance = 5e-4;

/** How far a value after the training may be, relative to what it must be. */
const finalTolerance = 1e-3;

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
  const rows: CaseComparison[] = [];
  const compare = (place: string, actual: ArrayLike<number>, expected: readonly number[]) => {
    rows.push(comparison(place, largestRelativeError(actual, expected), finalTolerance));
  };
  for (const [i, batch] of golden.batches.entries()) {
    const x = inputOf(golden, batch.x);
    const labels = tf.tidy(() => tf.oneHot([...batch.labels], classes));
    const loss = await model.trainOnBatch(x, labels) as number;
    tf.dispose([x, labels]);
    const error = Math.abs(loss - golden.losses[i]);
    rows.push(comparison(`loss of step ${i + 1}`, error, lossTolerance));
  }
  for (const [path, expected] of Object.entries(golden.final)) {
    compare(`final ${path}`, await readTensor(model, golden, path), expected);
  }
  const x = inputOf(golden, golden.batches[0].x);
  const logits = model.predict(x) as tf.Tensor;
  compare("eval logits", await logits.data(), golden.evalLogitsOfFirstBatch);
  tf.dispose([x, logits]);
  optimizer.dispose();
  model.dispose();
  original.dispose();
  return rows.reduce((worst, row) => share(row) > share(worst) ? row : worst);
}

/** Relative to each value; what is small beside the others, where rounding shows, to their hundredth. */
function largestRelativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const least = Math.max(...expected.map(Math.abs)) / 100 || 1;
  const inverse = expected.map((value) => 1 / Math.max(Math.abs(value), least));
  const relative = (values: ArrayLike<number>) => Array.from(values, (v, i) => v * inverse[i]);
  return largestError(relative(actual), relative(expected));
}

function inputOf({ inputShape: [n, c, h, w] }: GoldenModel, values: readonly number[]): tf.Tensor {
  return tf.tensor(valuesIn("channels-last", values, [n, c, h, w]), [n, h, w, c]);
}

function comparison(place: string, error: number, allowed: number): CaseComparison {
  return { passed: error <= allowed, error, allowed, place };
}

function share({ error, allowed }: CaseComparison): number {
  return Number.isNaN(error) ? Infinity : error / allowed;
}
