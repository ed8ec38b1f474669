/** A small perceptron over images: twice dense, batch norm and ReLU, then dense to 10 classes. */
import { BatchNorm1d, type BatchNormOptions, type Tensor } from "@renorm/core-math";
import type { LabelledImages } from "../data/labelled_images.ts";
import { mt19937 } from "../data/mt19937.ts";

const hidden = 32;
const classes = 10;

/** A network that learns by gradient descent. */
export interface Perceptron {
  readonly norms: readonly BatchNorm1d[];
  /** Scores before softmax of some images, in the mode that the norms are in. */
  forward(images: LabelledImages, indices: readonly number[]): Tensor;
  /** One step on some images, at a learning rate. */
  learn(images: LabelledImages, indices: readonly number[], rate: number): void;
}

/** Makes one whose start follows from the seed. */
export function perceptron(pixels: number, options: BatchNormOptions, seed: number): Perceptron {
  const random = mt19937(seed);
  const widths = [pixels, hidden, hidden, classes];
  const uniform = () => random.nextUint32() / 2 ** 32;
  const denses = widths.slice(1).map((outputs, i) => dense(widths[i], outputs, uniform));
  const norms = [new BatchNorm1d(hidden, options), new BatchNorm1d(hidden, options)];
  const forward: Perceptron["forward"] = (images, indices) => {
    const data = new Float32Array(indices.length * pixels);
    indices.forEach((index, i) =>
      data.set(images.pixels.subarray(index * pixels, (index + 1) * pixels), i * pixels)
    );
    let x: Tensor = { data, shape: [indices.length, pixels] };
    norms.forEach((norm, i) => {
      x = norm.forward(denses[i].forward(x));
      x.data.forEach((value, k) => x.data[k] = Math.max(0, value));
    });
    return denses[2].forward(x);
  };
  return {
    norms,
    forward,
    learn(images, indices, rate) {
      let dy = scoreGradient(forward(images, indices), indices.map((i) => images.labels[i]));
      dy = denses[2].backward(dy, rate);
      for (const i of [1, 0]) {
        const active = denses[i + 1].input();
        dy.data.forEach((_, k) => dy.data[k] = active[k] > 0 ? dy.data[k] : 0);
        dy = denses[i].backward(norms[i].backward(dy), rate);
        for (const key of ["weight", "bias"] as const) {
          const gradient = norms[i][`${key}Grad`]!;
          norms[i][key]!.forEach((_, c, values) => values[c] -= rate * gradient[c]);
        }
      }
    },
  };
}

/** Gradient of the mean cross entropy to the scores. */
function scoreGradient({ data, shape }: Tensor, labels: readonly number[]): Tensor {
  const gradient = data.slice();
  labels.forEach((label, i) => {
    const row = gradient.subarray(i * classes, (i + 1) * classes);
    const largest = Math.max(...row);
    const sum = row.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    row.forEach((value, c) =>
      row[c] = (Math.exp(value - largest) / sum - (c === label ? 1 : 0)) / labels.length
    );
  });
  return { data: gradient, shape };
}

interface Dense {
  forward(x: Tensor): Tensor;
  /** Gives dx, and moves the weights against their gradient. */
  backward(dy: Tensor, rate: number): Tensor;
  /** What the last forward was given. */
  input(): Float32Array;
}

function dense(inputs: number, outputs: number, random: () => number): Dense {
  // Uniform, with the deviation √(2 / inputs) of He et al. 2015.
  const bound = Math.sqrt(6 / inputs);
  const weight = Float32Array.from({ length: inputs * outputs }, () => bound * (2 * random() - 1));
  let latest: Tensor;
  return {
    forward(x) {
      latest = x;
      const [n] = x.shape;
      const y = new Float32Array(n * outputs);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < inputs; k++) {
          const value = x.data[i * inputs + k];
          if (value === 0) continue;
          for (let o = 0; o < outputs; o++) y[i * outputs + o] += value * weight[k * outputs + o];
        }
      }
      return { data: y, shape: [n, outputs] };
    },
    backward(dy, rate) {
      const [n] = dy.shape;
      const dx = new Float32Array(n * inputs);
      const dWeight = new Float64Array(weight.length);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < inputs; k++) {
          for (let o = 0; o < outputs; o++) {
            const gradient = dy.data[i * outputs + o];
            dx[i * inputs + k] += gradient * weight[k * outputs + o];
            dWeight[k * outputs + o] += gradient * latest.data[i * inputs + k];
          }
        }
      }
      weight.forEach((_, k) => weight[k] -= rate * dWeight[k]);
      return { data: dx, shape: [n, inputs] };
    },
    input: () => latest.data,
  };
}
