/** The moments of what a layer is given, on their way from the backend. */
import type { Moments } from "@renorm/core-math";
import { batchMoments } from "./batch_moments.ts";
import type { PositionMask } from "./position_mask.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/** The moments of one batch; the tensor is kept until they are read. */
export interface MeasuredMoments {
  /** Mean in two parts, the biased variance and how many values count, `[4, channels]`. */
  readonly rows: Tensor;
  /** Values per channel, whether they count or not. */
  readonly m: number;
}

/** Measures a batch that has values; those that count under a mask. */
export function measureMoments(
  tf: TensorFlow,
  x: Tensor,
  axis: number,
  mask: PositionMask | null,
): MeasuredMoments {
  const { near, rest, variance } = batchMoments(
    tf,
    x,
    x.shape.map((_, i) => i).toSpliced(axis, 1),
    mask,
  );
  const m = x.size / x.shape[axis];
  const share = mask ? tf.mean(tf.cast(mask.counts, "float32")) : tf.scalar(1);
  const counts = tf.mul(tf.onesLike(near), tf.mul(share, m));
  const rows = [near, rest, variance, counts].map((values) => tf.reshape(values, [-1]));
  return { rows: tf.keep(tf.stack(rows)), m };
}

/** The moments in float64. */
export async function readMoments({ rows }: MeasuredMoments): Promise<Moments> {
  const values = await rows.data();
  const channels = rows.shape[1]!;
  const part = (row: number) =>
    Float64Array.from(values.subarray(row * channels, (row + 1) * channels));
  const [near, rest, variance, counts] = [0, 1, 2, 3].map(part);
  const mean = near.map((value, c) => value + rest[c]);
  return { mean, variance, m: Math.round(counts[0]) };
}
