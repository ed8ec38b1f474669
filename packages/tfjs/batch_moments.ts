import { type PositionMask, whereCounting } from "./position_mask.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/** The moments of a batch, one value per channel, in a shape that spreads over x. */
export interface BatchMoments {
  /** Mean of x in two parts, `near + rest`: one float32 holds few digits of a small rest. */
  readonly near: Tensor;
  readonly rest: Tensor;
  /** x − mean, as large as x. */
  readonly centred: Tensor;
  /** Biased variance: the mean of centred² over the positions that count. */
  readonly variance: Tensor;
}

/**
 * Mean and variance over `axes` in two passes: the second works on what the first one left, so that
 * neither a large mean nor small deviations lose their digits in float32.
 */
export function batchMoments(
  tf: TensorFlow,
  x: Tensor,
  axes: number[],
  mask: PositionMask | null,
): BatchMoments {
  const mean = (values: Tensor) =>
    mask
      ? tf.div(tf.sum(whereCounting(tf, mask, values), axes, true), mask.m)
      : tf.mean(values, axes, true);
  const near = mean(x);
  const roughly = tf.sub(x, near);
  const rest = mean(roughly);
  const centred = tf.sub(roughly, rest);
  return { near, rest, centred, variance: mean(tf.square(centred)) };
}

/** `mean − point`, digits of both parts kept. */
export function meanLess(tf: TensorFlow, { near, rest }: BatchMoments, point: Tensor): Tensor {
  return tf.add(tf.sub(near, point), rest);
}
