import type { Parameter } from "./parameter.ts";

/** Options of {@linkcode adam}, with PyTorch's defaults but for the first. */
export interface AdamOptions {
  readonly learningRate: number;
  /** Weight of the old value in the running gradient; CrossQ wants 0.5. */
  readonly beta1: number;
}

const beta2 = 0.999;
const eps = 1e-8;

/** Gives the step of Adam (Kingma and Ba 2015) over these parameters, as `torch.optim.Adam`. */
export function adam(
  parameters: readonly Parameter[],
  { learningRate, beta1 }: AdamOptions,
): () => void {
  const moments = parameters.map(({ value }) => ({
    first: new Float32Array(value.length),
    second: new Float32Array(value.length),
  }));
  let step = 0;
  return () => {
    step++;
    const rate = learningRate / (1 - beta1 ** step);
    const scale = 1 / Math.sqrt(1 - beta2 ** step);
    parameters.forEach(({ value, gradient }, p) => {
      const { first, second } = moments[p];
      for (let i = 0; i < value.length; i++) {
        const g = gradient[i];
        const m = beta1 * first[i] + (1 - beta1) * g;
        const v = beta2 * second[i] + (1 - beta2) * g * g;
        first[i] = m;
        second[i] = v;
        value[i] -= rate * m / (Math.sqrt(v) * scale + eps);
      }
    });
  };
}
