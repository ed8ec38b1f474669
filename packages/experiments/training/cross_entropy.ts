import * as tf from "@tensorflow/tfjs";

const classes = 10;

/** Mean cross entropy of scores before softmax, in nats; y is one-hot. */
export function crossEntropy(y: tf.Tensor, scores: tf.Tensor): tf.Tensor {
  return tf.losses.softmaxCrossEntropy(y, scores);
}

/** Digits as rows of ten numbers. */
export function oneHot(labels: readonly number[]): tf.Tensor {
  return tf.tidy(() => tf.oneHot(tf.tensor1d([...labels], "int32"), classes).toFloat());
}
