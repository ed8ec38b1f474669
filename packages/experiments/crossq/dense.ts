/** A dense layer, `y = x·Wᵀ + b`, and its backward. */
import { type Matrix, matrix, product, productOfTransposed, transpose } from "./matrices.ts";
import { type Parameter, parameter } from "./parameter.ts";

/** PyTorch's `Linear`: W is `[outputs, inputs]`. */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Parameter;
  readonly bias: Parameter;
}

/** A layer drawn as PyTorch draws it: uniform within ±1/√inputs. */
export function dense(inputs: number, outputs: number, uniform: () => number): Dense {
  const bound = 1 / Math.sqrt(inputs);
  const drawn = (size: number) =>
    parameter(Float32Array.from({ length: size }, () => bound * (2 * uniform() - 1)));
  return { inputs, outputs, weight: drawn(inputs * outputs), bias: drawn(outputs) };
}

/** `y` for x `[n, inputs]`. */
export function denseForward({ inputs, outputs, weight, bias }: Dense, x: Matrix): Matrix {
  return product(x, transpose(matrix(outputs, inputs, weight.value)), bias.value);
}

/** The gradient to x. */
export function denseInputGradient({ inputs, outputs, weight }: Dense, dy: Matrix): Matrix {
  return product(dy, matrix(outputs, inputs, weight.value));
}

/** Writes the gradients to W and b. */
export function denseParameterGradients({ weight, bias }: Dense, x: Matrix, dy: Matrix): void {
  weight.gradient.set(productOfTransposed(dy, x).data);
  const { data, shape: [rows, outputs] } = dy;
  for (let o = 0; o < outputs; o++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * outputs + o];
    bias.gradient[o] = sum;
  }
}
