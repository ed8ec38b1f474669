/** The training step on the cpu backend: loops in WebAssembly over TensorFlow.js' own arrays. */
import { batchRenormBackward, batchRenormForward, type Layout } from "@renorm/wasm-kernels";
import { valuesOf } from "./cpu_values.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";
import type { TrainingStep } from "./training_step.ts";

/**
 * The same as {@linkcode stockTrainingStep} in one call each way. `dataSync` and `tensor` pass on
 * the arrays that this backend keeps, so nothing is copied and nothing of its inside is used.
 */
export function cpuTrainingStep(tf: TensorFlow, step: TrainingStep, layout: Layout): Tensor {
  const { x, gamma, beta, movingMean, movingVariance, limits, updateStats } = step;
  // Copies: an array that dataSync has given to someone must not move along.
  const runningMean = valuesOf(movingMean).slice();
  const runningVar = valuesOf(movingVariance).slice();
  const { y, saved } = batchRenormForward(
    { data: valuesOf(x), shape: x.shape },
    { weight: gamma && valuesOf(gamma), bias: beta && valuesOf(beta), runningMean, runningVar },
    { ...limits, layout, eps: step.epsilon, momentum: step.momentum },
  );
  if (updateStats) {
    movingMean.assign(tf.tensor(runningMean));
    movingVariance.assign(tf.tensor(runningVar));
  }
  const operation = tf.customGrad(() => ({
    value: tf.tensor(y.data, x.shape),
    gradFunc(dy: Tensor) {
      const gradient = { data: valuesOf(dy), shape: x.shape };
      const { dx, dWeight, dBias } = batchRenormBackward(gradient, saved);
      return [dx.data, dWeight, dBias].flatMap((values, i) =>
        values ? [tf.tensor(values, i === 0 ? x.shape : [values.length])] : []
      );
    },
  }));
  return operation(x, ...gamma ? [gamma] : [], ...beta ? [beta] : []);
}
