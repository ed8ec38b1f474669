/** What is measured of a network at the end of an epoch, on images that it does not learn from. */
import * as tf from "@tensorflow/tfjs";
import { moments, renormCorrection } from "@renorm/wasm-kernels";
import type { Limits } from "@renorm/schedule";
import type { LabelledImages } from "../data/labelled_images.ts";
import { type Distribution, distribution } from "./distribution.ts";
import { convolutionNames, normNames } from "./mini_cnn.ts";

/** How well classes are told. */
export interface Score {
  /** Mean cross entropy, in nats. */
  readonly loss: number;
  /** Share of the images told right. */
  readonly accuracy: number;
}

/** The correction of one norm layer before clipping, over channels and batches. */
export interface LayerCorrection {
  readonly r: Distribution;
  readonly d: Distribution;
}

/** How a network does. */
export interface Evaluation {
  /** Normalised as in training, over batches drawn as in training. */
  readonly trainingMode: Score;
  /** As at inference. */
  readonly evalMode: Score;
  /** Share of the images of the batches whose class the two modes tell differently. */
  readonly disagreement: number;
  /** For each norm layer; none where the norm has no running statistics that move. */
  readonly corrections: readonly LayerCorrection[];
}

/** The images of some indices as a tensor `[n, size, size, 1]`. */
export function imageTensor(images: LabelledImages, indices: readonly number[]): tf.Tensor4D {
  const { pixels, size } = images;
  const values = new Float32Array(indices.length * size * size);
  indices.forEach((index, i) =>
    values.set(pixels.subarray(index * size * size, (index + 1) * size * size), i * size * size)
  );
  return tf.tensor4d(values, [indices.length, size, size, 1]);
}

/**
 * Evaluates a network in training mode and in eval mode.
 *
 * @param model whose running statistics do not move, as by `normForEvaluation`
 * @param images to tell
 * @param batches of indices, for the training mode
 * @param limits in force, or null where the norm has no running statistics that move
 */
export function evaluate(
  model: tf.Sequential,
  images: LabelledImages,
  batches: readonly (readonly number[])[],
  limits: Limits | null,
): Evaluation {
  const everything = Array.from({ length: images.count }, (_, index) => index);
  const inEval = tf.tidy(() => rowsOf(model.predict(imageTensor(images, everything)) as tf.Tensor));
  const probe = tf.model({
    inputs: model.inputs,
    outputs: [
      ...model.outputs,
      ...convolutionNames.map((name) => model.getLayer(name).output as tf.SymbolicTensor),
    ],
  });
  const inTraining: number[][] = [];
  const open: Record<"r" | "d", number[]>[] = normNames.map(() => ({ r: [], d: [] }));
  for (const batch of batches) {
    tf.tidy(() => {
      const x = imageTensor(images, batch);
      const [scores, ...normed] = probe.apply(x, { training: true }) as tf.Tensor[];
      inTraining.push(...rowsOf(scores));
      if (limits === null) return;
      normNames.forEach((name, i) => {
        const { r, d } = openCorrection(normed[i], model.getLayer(name));
        open[i].r.push(...r);
        open[i].d.push(...d);
      });
    });
  }
  const drawn = batches.flat();
  const changed = drawn.filter((index, i) => best(inEval[index]) !== best(inTraining[i]));
  return {
    trainingMode: score(inTraining, drawn.map((index) => images.labels[index])),
    evalMode: score(inEval, images.labels),
    disagreement: changed.length / drawn.length,
    corrections: limits === null ? [] : open.map(({ r, d }) => ({
      r: distribution(r, (value) => value > limits.rmax || value < 1 / limits.rmax),
      d: distribution(d, (value) => Math.abs(value) > limits.dmax),
    })),
  };
}

/** r and d of a batch without limits. */
function openCorrection(x: tf.Tensor, layer: tf.layers.Layer): ReturnType<typeof renormCorrection> {
  const batch = moments({ data: x.dataSync<"float32">(), shape: x.shape }, {
    layout: "channels-last",
  });
  const [, , runningMean, runningVar] = layer.getWeights().map((weight) =>
    weight.dataSync<"float32">()
  );
  const noLimits = { rmax: Infinity, dmax: Infinity };
  return renormCorrection(batch, { runningMean, runningVar }, noLimits);
}

function rowsOf(scores: tf.Tensor): number[][] {
  return scores.arraySync() as number[][];
}

/** Loss and accuracy of scores before softmax, one row per image. */
export function score(rows: readonly number[][], labels: ArrayLike<number>): Score {
  let loss = 0;
  let right = 0;
  rows.forEach((row, i) => {
    const largest = Math.max(...row);
    const sum = row.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    loss += largest + Math.log(sum) - row[labels[i]];
    if (best(row) === labels[i]) right++;
  });
  return { loss: loss / rows.length, accuracy: right / rows.length };
}

/** The class of the largest score. */
export function best(row: readonly number[]): number {
  return row.indexOf(Math.max(...row));
}
