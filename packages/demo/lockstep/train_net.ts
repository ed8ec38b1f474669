/** A small net, dense, norm, ReLU, dense, whose norm is handed in. */
import type { Tensor } from "@renorm/core-math";

/** A norm over `[n, hidden]`, whatever it does about the samples that are elsewhere. */
export interface Norm {
  forward(x: Tensor): Promise<Tensor>;
  /** The gradients to weight and bias are those of the whole batch. */
  backward(dy: Tensor): Promise<{ dx: Tensor; dWeight: Float32Array; dBias: Float32Array }>;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Samples with two inputs and one output, and how many a step has in all processes together. */
export interface Batches {
  /** By step. */
  readonly inputs: readonly Float64Array[];
  readonly targets: readonly Float64Array[];
  readonly samplesOfAll: number;
}

/** Channels of the norm. */
export const hidden = 4;
const rate = 0.1;

/**
 * Trains the net on a batch a step by gradient descent on the mean square error.
 *
 * @param shareSum The sum over all processes, of the loss and of the gradients.
 * @returns The loss of the whole batch at each step.
 */
export async function trainNet(
  { inputs, targets, samplesOfAll }: Batches,
  norm: Norm,
  shareSum: (values: Float64Array) => Promise<Float64Array>,
): Promise<number[]> {
  const start = (seed: number, length: number) =>
    Float64Array.from({ length }, (_, i) => Math.sin(seed + 3 * i));
  const [into, out] = [start(1, 2 * hidden), start(2, hidden)];
  const losses: number[] = [];
  for (const [step, x] of inputs.entries()) {
    const n = x.length / 2;
    const channels = (value: (i: number, c: number) => number): Tensor => ({
      data: Float32Array.from({ length: n * hidden }, (_, k) => value(k / hidden | 0, k % hidden)),
      shape: [n, hidden],
    });
    const h = channels((i, c) => x[2 * i] * into[c] + x[2 * i + 1] * into[hidden + c]);
    const y = await norm.forward(h);
    const active = y.data.map((value) => Math.max(0, value));
    const errors = targets[step].map((target, i) => {
      let prediction = -target;
      for (let c = 0; c < hidden; c++) prediction += active[i * hidden + c] * out[c];
      return prediction;
    });
    const dError = errors.map((error) => 2 * error / samplesOfAll);
    const dy = channels((i, c) => y.data[i * hidden + c] > 0 ? dError[i] * out[c] : 0);
    const { dx, dWeight, dBias } = await norm.backward(dy);

    // The loss, then the gradients to both dense layers: sums over the samples of this process.
    const own = new Float64Array(1 + 3 * hidden);
    errors.forEach((error, i) => {
      own[0] += error * error / samplesOfAll;
      for (let c = 0; c < hidden; c++) {
        const k = i * hidden + c;
        own[1 + c] += dx.data[k] * x[2 * i];
        own[1 + hidden + c] += dx.data[k] * x[2 * i + 1];
        own[1 + 2 * hidden + c] += dError[i] * active[k];
      }
    });
    const all = await shareSum(own);
    losses.push(all[0]);
    into.forEach((_, k) => into[k] -= rate * all[1 + k]);
    out.forEach((_, c) => out[c] -= rate * all[1 + 2 * hidden + c]);
    norm.weight.forEach((_, c) => norm.weight[c] -= rate * dWeight[c]);
    norm.bias.forEach((_, c) => norm.bias[c] -= rate * dBias[c]);
  }
  return losses;
}
