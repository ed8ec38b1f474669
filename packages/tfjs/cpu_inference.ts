/** Inference on the cpu backend: TensorFlow.js' own output, to the bit, with a gradient of ours. */
import { batchNormInferenceBackward } from "@renorm/wasm-kernels";
import { valuesOf } from "./cpu_values.ts";
import type { StockLayer } from "./layer_interface.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";
import { layoutOf } from "./training_step.ts";

/**
 * The output of `stock` with the gradients to x, γ, β and the averages in one call, as fine-tuning
 * with frozen norms needs them; null where nobody takes a gradient, or takes one of a gradient.
 */
export function cpuInference(
  tf: TensorFlow,
  x: Tensor,
  axis: number,
  { gamma, beta, movingMean, movingVariance, epsilon }: StockLayer,
  stock: () => Tensor,
): Tensor | null {
  const layout = layoutOf(x, axis);
  if (tf.getBackend() !== "cpu" || !layout || tf.engine().state.gradientDepth !== 1) return null;
  const averages = [movingMean, movingVariance].map((weight) => weight.read());
  const parameters = [gamma, beta].map((weight) => weight?.read() ?? null);
  // Arrays rather than tensors: those of a tidy are gone when the gradient is taken.
  const [mean, invStd] = averages.map((average) => Float64Array.from(valuesOf(average)));
  invStd.forEach((variance, c) => invStd[c] = 1 / Math.sqrt(variance + epsilon));
  const ones = new Float32Array(mean.length).fill(1);
  const weight = parameters[0] ? valuesOf(parameters[0]) : ones;
  const input = { data: valuesOf(x), shape: x.shape };
  const operation = tf.customGrad(() => ({
    value: stock(),
    gradFunc(dy: Tensor) {
      const saved = { x: input, layout, mean, invStd, weight, bias: ones };
      const { dx, dWeight, dBias } = batchNormInferenceBackward(
        { data: valuesOf(dy), shape: x.shape },
        saved,
      );
      const dMean = dBias!.map((sum, c) => -weight[c] * invStd[c] * sum);
      const dVariance = dWeight!.map((sum, c) => -0.5 * weight[c] * invStd[c] ** 2 * sum);
      return [
        tf.tensor(dx.data, x.shape),
        tf.tensor(dMean),
        tf.tensor(dVariance),
        ...gamma ? [tf.tensor(dWeight!)] : [],
        ...beta ? [tf.tensor(dBias!)] : [],
      ];
    },
  }));
  return operation(x, ...averages, ...parameters.filter((tensor) => tensor !== null));
}
