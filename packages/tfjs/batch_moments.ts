import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/** The moments of a batch, one value per channel, in a shape that spreads over x. */
export interface BatchMoments {
  /** Mean of x in two parts, `near + rest`: one float32 holds few digits of a small rest. */
  readonly near: Tensor;
  readonly rest: Tensor;
  /** x − mean, as large as x. */
  readonly centred: Tensor;
  /** Biased variance: the mean of centred². */
  readonly variance: Tensor;
}

/**
 * Mean and variance over `axes` in two passes: the second works on what the first one left, so that
 * neither a large mean nor small deviations lose their digits in float32.
 */
export function batchMoments(tf: TensorFlow, x: Tensor, axes: number[]): BatchMoments {
  const near = tf.mean(x, axes, true);
  const roughly = tf.sub(x, near);
  const rest = tf.mean(roughly, axes, true);
  const centred = tf.sub(roughly, rest);
  return { near, rest, centred, variance: tf.mean(tf.square(centred), axes, true) };
}

/** `mean − point`, digits of both parts kept. */
export function meanLess(tf: TensorFlow, { near, rest }: BatchMoments, point: Tensor): Tensor {
  return tf.add(tf.sub(near, point), rest);
}
