/** The moments of what a layer is given, on their way from the backend. */
import type { Moments } from "@renorm/core-math";
import { batchMoments } from "./batch_moments.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/** The moments of one batch; the tensor is kept until they are read. */
export interface MeasuredMoments {
  /** Mean in two parts and the biased variance, `[3, channels]`. */
  readonly rows: Tensor;
  /** Values per channel. */
  readonly m: number;
}

/** Measures a batch that has values. */
export function measureMoments(tf: TensorFlow, x: Tensor, axis: number): MeasuredMoments {
  const { near, rest, variance } = batchMoments(tf, x, x.shape.map((_, i) => i).toSpliced(axis, 1));
  const rows = [near, rest, variance].map((values) => tf.reshape(values, [-1]));
  return { rows: tf.keep(tf.stack(rows)), m: x.size / x.shape[axis] };
}

/** The moments in float64. */
export async function readMoments({ rows, m }: MeasuredMoments): Promise<Moments> {
  const values = await rows.data();
  const channels = rows.shape[1]!;
  const part = (row: number) =>
    Float64Array.from(values.subarray(row * channels, (row + 1) * channels));
  const [near, rest, variance] = [0, 1, 2].map(part);
  return { mean: near.map((value, c) => value + rest[c]), variance, m };
}
