/** How the networks read the test images, in both modes. */
import type { LabelledImages } from "@renorm/experiments/data/labelled_images";
import { imageTensor, type Score, score } from "@renorm/experiments/training/evaluate";
import { normNames } from "@renorm/experiments/training/mini_cnn";
import { epsilon } from "@renorm/experiments/training/norm_layers";
import * as tf from "@tensorflow/tfjs";
import type { Limits } from "@renorm/schedule";

/** How a network reads the test images. */
export interface Reading {
  readonly trainingMode: Score;
  readonly evalMode: Score;
}

/** Test images in batches, ready to be read again and again. */
export interface MeasuredImages {
  /** Reads them all with a network; its state stays as it is. */
  read(net: tf.Sequential, limits: Limits): Promise<Reading>;
  dispose(): void;
}

/** Puts the images of all batches into one tensor: two forwards read them all. */
export function measureOn(
  images: LabelledImages,
  batches: readonly (readonly number[])[],
): MeasuredImages {
  const drawn = batches.flat();
  const labels = drawn.map((index) => images.labels[index]);
  // Where batches hold more than there are test images, some come twice.
  const places = [...new Set(drawn)].sort((a, b) => a - b).map((index) => drawn.indexOf(index));
  const x = imageTensor(images, drawn);
  return {
    async read(net, limits) {
      const scores = scoresInBothModes(net, x, batches.length, limits);
      const rows = await scores.array();
      scores.dispose();
      const inTraining = rows.slice(0, drawn.length);
      const inEval = rows.slice(drawn.length);
      return {
        trainingMode: knownScore(inTraining, labels),
        evalMode: knownScore(
          places.map((place) => inEval[place]),
          places.map((place) => labels[place]),
        ),
      };
    },
    dispose: () => x.dispose(),
  };
}

/** Scores in training mode, then at inference; the state of the network stays as it is. */
export function scoresInBothModes(
  net: tf.Sequential,
  x: tf.Tensor,
  batches: number,
  limits: Limits,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [first, ...others] = net.layers;
    const convolved = first.apply(x) as tf.Tensor;
    const inMode = (normalise: (x: tf.Tensor, norm: tf.layers.Layer) => tf.Tensor) =>
      others.reduce(
        (x, layer) => isNorm(layer) ? normalise(x, layer) : layer.apply(x) as tf.Tensor,
        convolved,
      );
    return tf.concat([
      inMode((x, norm) => normaliseBatches(x, norm, batches, limits)),
      inMode((x, norm) => norm.apply(x) as tf.Tensor),
    ]) as tf.Tensor2D;
  });
}

/** Where scores are no numbers, nothing is told right or wrong. */
function knownScore(rows: readonly number[][], labels: readonly number[]): Score {
  const told = score(rows, labels);
  return Number.isFinite(told.loss) ? told : { loss: NaN, accuracy: NaN };
}

function isNorm({ name }: tf.layers.Layer): boolean {
  return (normNames as readonly string[]).includes(name);
}

/**
 * Batch renorm in training for many batches of one size at once: `γ·((x − μ_B)/σ_B·r + d) + β` with
 * the moments of each batch, r and d clipped; limits of 1 and 0 make it batch norm.
 *
 * @param x the batches one after another, `[batches · n, height, width, channels]`
 */
export function normaliseBatches(
  x: tf.Tensor,
  norm: tf.layers.Layer,
  batches: number,
  { rmax, dmax }: Limits,
): tf.Tensor {
  return tf.tidy(() => {
    const [gamma, beta, runningMean, runningVar] = norm.weights.map((weight) => weight.read());
    const grouped = tf.reshape(x, [batches, -1, x.shape[x.rank - 1]]);
    const { mean, variance } = tf.moments(grouped, 1, true);
    const deviation = tf.sqrt(tf.add(variance, epsilon));
    const runningDeviation = tf.sqrt(tf.add(runningVar, epsilon));
    const r = tf.clipByValue(tf.div(deviation, runningDeviation), 1 / rmax, rmax);
    const strayed = tf.div(tf.sub(mean, runningMean), runningDeviation);
    const d = tf.clipByValue(strayed, -dmax, dmax);
    const normalised = tf.div(tf.sub(grouped, mean), deviation);
    const corrected = tf.add(tf.mul(normalised, r), d);
    return tf.reshape(tf.add(tf.mul(corrected, gamma), beta), x.shape);
  });
}
