/** A multilayer perceptron with a norm before each dense layer, forward and backward. */
import {
  type Dense,
  dense,
  denseForward,
  denseInputGradient,
  denseParameterGradients,
} from "./dense.ts";
import type { Matrix } from "./matrices.ts";
import { makeNorm, type Norm, type NormLayer, type NormSettings } from "./norms.ts";
import type { Parameter } from "./parameter.ts";

/** A norm, or none, and a dense layer; a ReLU stands between two blocks. */
export interface Block {
  readonly norm: NormLayer;
  readonly dense: Dense;
}

/** Blocks in their order. */
export type Network = readonly Block[];

/** Whether norms go by the batch and move their running statistics, or go by these. */
export type Mode = "training" | "eval";

/** What a forward gives, and what its backward needs. */
export interface NetworkPass {
  readonly y: Matrix;
  /** What went into each block. */
  readonly x: readonly Matrix[];
  /** What went into each dense layer. */
  readonly normalized: readonly Matrix[];
}

/** Draws a network of these sizes, from its inputs to its outputs. */
export function network(
  sizes: readonly number[],
  norm: Norm,
  settings: NormSettings,
  uniform: () => number,
): Network {
  return sizes.slice(1).map((outputs, i) => ({
    norm: makeNorm(norm, sizes[i], settings),
    dense: dense(sizes[i], outputs, uniform),
  }));
}

/** The outputs for rows of inputs. */
export function networkForward(network: Network, inputs: Matrix, mode: Mode): NetworkPass {
  const x: Matrix[] = [];
  const normalized: Matrix[] = [];
  let y = inputs;
  for (const { norm, dense } of network) {
    if (x.length > 0) rectify(y);
    x.push(y);
    normalized.push(norm ? norm.train(mode === "training").forward(y) as Matrix : y);
    y = denseForward(dense, normalized.at(-1)!);
  }
  return { y, x, normalized };
}

/**
 * The gradient to the inputs of the network's latest forward; writes the gradients of the
 * parameters where they are wanted too.
 */
export function networkBackward(
  network: Network,
  { x, normalized }: NetworkPass,
  dy: Matrix,
  wanted: "all" | "input" = "all",
): Matrix {
  let gradient = dy;
  for (let i = network.length - 1; i >= 0; i--) {
    const { norm, dense } = network[i];
    if (wanted === "all") denseParameterGradients(dense, normalized[i], gradient);
    gradient = denseInputGradient(dense, gradient);
    if (norm) gradient = norm.backward(gradient) as Matrix;
    if (i > 0) cutWhereShut(gradient, x[i]);
  }
  return gradient;
}

/** The parameters of a network, those of its norms among them. */
export function parametersOf(network: Network): Parameter[] {
  return network.flatMap(({ norm, dense }) => [
    ...norm
      ? [
        { value: norm.weight!, gradient: norm.weightGrad! },
        { value: norm.bias!, gradient: norm.biasGrad! },
      ]
      : [],
    dense.weight,
    dense.bias,
  ]);
}

/** ReLU, in place; on the bits, since signs are no pattern that a branch could foresee. */
function rectify({ data }: Matrix): void {
  const bits = bitsOf(data);
  for (let i = 0; i < bits.length; i++) bits[i] &= ~(bits[i] >> 31);
}

/** The gradient through a ReLU that gave y, in place. */
function cutWhereShut({ data }: Matrix, y: Matrix): void {
  const [bits, open] = [bitsOf(data), bitsOf(y.data)];
  for (let i = 0; i < bits.length; i++) bits[i] &= -open[i] >> 31;
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
