/** How the networks read the test images, in both modes. */
import type { LabelledImages } from "@renorm/experiments/data/labelled_images";
import { best, imageTensor, type Score, score } from "@renorm/experiments/training/evaluate";
import { normNames } from "@renorm/experiments/training/mini_cnn";
import { epsilon } from "@renorm/experiments/training/norm_layers";
import * as tf from "@tensorflow/tfjs";
import type { Limits } from "@renorm/schedule";

/** A test image that is told wrong in eval mode. */
export interface Misread {
  /** Among all images. */
  readonly index: number;
  /** The digit that it shows. */
  readonly label: number;
  /** What it is told as in eval mode; null where the scores are no numbers. */
  readonly inEval: number | null;
  /** What it is told as in training mode, among its batch. */
  readonly inTraining: number | null;
}

/** How a network reads the test images. */
export interface Reading {
  readonly trainingMode: Score;
  readonly evalMode: Score;
  /** Those told wrong in eval mode, each once. */
  readonly misread: readonly Misread[];
}

/** Test images in batches, ready to be read again and again. */
export interface MeasuredImages {
  /** Different images among those of the batches. */
  readonly count: number;
  /** Reads them all with a network; its state stays as it is. */
  read(net: tf.Sequential, limits: Limits): Promise<Reading>;
  dispose(): void;
}

/** Puts the images of all batches into one tensor: two forwards read them all. */
export function measureOn(
  images: LabelledImages,
  batches: readonly (readonly number[])[],
  firstIndex: number,
): MeasuredImages {
  const drawn = batches.flat();
  const labels = drawn.map((index) => images.labels[index]);
  // Where batches hold more than there are test images, some come twice.
  const places = [...new Set(drawn)].sort((a, b) => a - b).map((index) => drawn.indexOf(index));
  const x = imageTensor(images, drawn);
  return {
    count: places.length,
    async read(net, limits) {
      const scores = scoresInBothModes(net, x, batches.length, limits);
      const rows = await scores.array();
      scores.dispose();
      const inTraining = rows.slice(0, drawn.length);
      const inEval = rows.slice(drawn.length);
      const misread = places.flatMap((place) => {
        const told = best(inEval[place]);
        if (told === labels[place]) return [];
        return [{
          index: firstIndex + drawn[place],
          label: labels[place],
          inEval: digitOf(told),
          inTraining: digitOf(best(inTraining[place])),
        }];
      });
      return {
        trainingMode: knownScore(inTraining, labels),
        evalMode: knownScore(
          places.map((place) => inEval[place]),
          places.map((place) => labels[place]),
        ),
        misread,
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

/** `best` finds no place for NaN. */
function digitOf(place: number): number | null {
  return place < 0 ? null : place;
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
