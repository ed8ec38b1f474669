/**
 * Inference where TensorFlow.js' own layer cannot: other axes than the last, rank 5, and gradients
 * without γ or β.
 */
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

type Arguments = Parameters<TensorFlow["batchNorm2d"]>;

/** What inference needs of a layer. */
interface InferenceWeights {
  readonly epsilon: number;
  readonly gamma: { read(): Tensor } | null;
  readonly beta: { read(): Tensor } | null;
  readonly movingMean: { read(): Tensor };
  readonly movingVariance: { read(): Tensor };
}

/**
 * `γ·(x − movingMean)/√(movingVariance + epsilon) + β`, with the channels moved to the end and
 * back: the cpu backend's batch norm takes them from there whatever the shapes say. Ones and zeros
 * stand in for γ and β, without which the gradient of TensorFlow.js' batch norm fails.
 */
export function infer(tf: TensorFlow, x: Tensor, axis: number, layer: InferenceWeights): Tensor {
  const order = [...x.shape.keys()].filter((i) => i !== axis).concat(axis);
  const back = [...order.keys()].map((i) => order.indexOf(i));
  const last = tf.transpose(x, order);
  const rows = tf.reshape(last, [-1, x.shape[axis]]) as Arguments[0];
  const vector = (weight: { read(): Tensor } | null) => weight?.read() as Arguments[1];
  const { movingMean, movingVariance, gamma, beta, epsilon } = layer;
  const [mean, variance] = [vector(movingMean), vector(movingVariance)];
  const channels: [number] = [x.shape[axis]];
  const scale = vector(gamma) ?? tf.ones(channels) as Arguments[1];
  const offset = vector(beta) ?? tf.zeros(channels) as Arguments[1];
  const y = tf.batchNorm2d(rows, mean, variance, offset, scale, epsilon);
  return tf.transpose(tf.reshape(y, last.shape), back);
}
