/** Batch norm in TensorFlow.js on webgpu: `moments` and `batchNorm`, and its gradient; NHWC. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import type { Contestant } from "./timing.ts";

/** Starts the backend on this process's adapter. */
export async function startTfjs(): Promise<void> {
  await tf.setBackend("webgpu");
  await tf.ready();
}

/** Forward alone, and forward with its gradients to x, weight and bias. */
export function tfjsSteps(
  shape: readonly number[],
  x: Float32Array,
  dy: Float32Array,
): { forward: Contestant; both: Contestant; y: () => Promise<Float32Array>; dispose: () => void } {
  const channels = shape[shape.length - 1];
  const axes = shape.slice(0, -1).map((_, i) => i);
  const input = tf.tensor(x, [...shape]);
  const gradient = tf.tensor(dy, [...shape]);
  const gamma = tf.ones([channels]);
  const beta = tf.zeros([channels]);
  const normalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor => {
    const { mean, variance } = tf.moments(x, axes);
    return tf.batchNorm(
      x,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      beta as tf.Tensor1D,
      gamma as tf.Tensor1D,
      1e-5,
    );
  };
  const gradients = tf.grads(normalize as (...args: tf.Tensor[]) => tf.Tensor);
  const backend = tf.backend() as unknown as { queue: GPUQueue; submitQueue(): void };
  const done = async () => {
    await backend.queue.onSubmittedWorkDone();
  };
  const repeated = (step: () => tf.Tensor[]): Contestant => async (repeats) => {
    let last: tf.Tensor[] = [];
    for (let i = 0; i < repeats; i++) {
      for (const tensor of last) tensor.dispose();
      last = tf.tidy(step);
    }
    // Reading one number sends what is still waiting to be sent.
    await tf.tidy(() => last[0].flatten().slice(0, 1)).data();
    await done();
    for (const tensor of last) tensor.dispose();
  };
  return {
    forward: repeated(() => [normalize(input, gamma, beta)]),
    // The gradient runs the forward as well.
    both: repeated(() => gradients([input, gamma, beta], gradient)),
    y: async () => await tf.tidy(() => normalize(input, gamma, beta)).data() as Float32Array,
    dispose: () => tf.dispose([input, gradient, gamma, beta]),
  };
}
