/** The training forward by our own kernels, where they can do it. */
import { cpuTrainingStep } from "./cpu_training_step.ts";
import { type ForwardAttributes, runForward } from "./fused_kernels.ts";
import type { Tensor, TensorFlow, Variable } from "./tensor_flow.ts";
import { isSecondOrder, layoutOf, type TrainingStep } from "./training_step.ts";
import { type WebGpuBackend, webGpuBackend } from "./webgpu_backend.ts";

/**
 * The same as {@linkcode stockTrainingStep} with no copy and no wait: on webgpu in 1 to 3
 * dispatches each way, on cpu in WebAssembly; null where the backend, the shape or a gradient of
 * the gradient is not for our kernels.
 */
export function fusedTrainingStep(tf: TensorFlow, step: TrainingStep): Tensor | null {
  const { x, axis, gamma, beta, movingMean, movingVariance, limits } = step;
  const layout = layoutOf(x, axis);
  if (!layout || isSecondOrder(tf)) return null;
  if (tf.getBackend() === "cpu") return cpuTrainingStep(tf, step, layout);
  const backend = webGpuBackend(tf);
  if (!backend) return null;
  if (step.updateStats) {
    for (const average of [movingMean, movingVariance]) ownData(tf, backend, average);
  }
  const inputs = { x, ...gamma && { gamma }, ...beta && { beta }, movingMean, movingVariance };
  const attributes: ForwardAttributes = {
    layout,
    channels: x.shape[axis],
    epsilon: step.epsilon,
    momentum: step.momentum,
    rmax: limits.rmax,
    dmax: limits.dmax,
    updateStats: step.updateStats,
  };
  return runForward(tf, inputs, attributes);
}

/**
 * Sees to it that a variable shares its data with no other tensor before it is written in place:
 * `setWeights` makes the variables of two models share.
 */
function ownData(tf: TensorFlow, backend: WebGpuBackend, variable: Variable): void {
  if (backend.sharesOf(variable) > 1) variable.assign(tf.mul(variable, 1));
}
