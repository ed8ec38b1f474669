/**
 * Faster kernels for TensorFlow.js' cpu backend, registered in place of its own by
 * {@linkcode useFastCpuKernels}: its gradients of a convolution, its arithmetic with a vector of
 * channels and its sums over images and pixels walk index by index. What they do not cover goes on
 * to its own.
 */
import * as tf from "@tensorflow/tfjs";
import { convolution } from "./convolution.ts";
import type { Faster, Kernel } from "./cpu_kernel.ts";

const isCommutative = true;

const faster: Readonly<Record<string, Faster>> = {
  ...convolution,
  Add: withChannels((a, b, y, from, to, j, stride) => {
    for (let i = from; i < to; i++, j += stride) y[i] = a[i] + b[j];
  }, isCommutative),
  Sub: withChannels((a, b, y, from, to, j, stride) => {
    for (let i = from; i < to; i++, j += stride) y[i] = a[i] - b[j];
  }),
  Multiply: withChannels((a, b, y, from, to, j, stride) => {
    for (let i = from; i < to; i++, j += stride) y[i] = a[i] * b[j];
  }, isCommutative),
  RealDiv: withChannels((a, b, y, from, to, j, stride) => {
    for (let i = from; i < to; i++, j += stride) y[i] = a[i] / b[j];
  }),
  Sum: overNeighbours(() => 1),
  Mean: overNeighbours((count) => 1 / count),
};

let isUsed = false;

/** Registers the faster kernels, once; the cpu backend must be there. */
export function useFastCpuKernels(): void {
  if (isUsed) return;
  isUsed = true;
  for (const [kernelName, make] of Object.entries(faster)) {
    // TensorFlow.js' own type of a kernel leaves open what goes in.
    const stock = tf.getKernel(kernelName, "cpu").kernelFunc as unknown as Kernel;
    tf.unregisterKernel(kernelName, "cpu");
    const kernelFunc = make(stock) as unknown as tf.KernelFunc;
    tf.registerKernel({ kernelName, backendName: "cpu", kernelFunc });
  }
}

/** `y[i] = a[i] ∘ b[j]` from `from` to before `to`, j rising by the stride with every i. */
type Row = (
  a: Float32Array,
  b: Float32Array,
  y: Float32Array,
  from: number,
  to: number,
  j: number,
  stride: 0 | 1,
) => void;

/**
 * `y = a ∘ b` where b is 1 in a run of dimensions and else as a, or has none of the first of them.
 */
function withChannels(row: Row, isCommutative = false): Faster {
  return (stock) => (call) => {
    const { inputs, backend } = call;
    const { sizeFromShape } = tf.util;
    const isSwapped = isCommutative &&
      sizeFromShape(inputs.a.shape) < sizeFromShape(inputs.b.shape);
    const [a, b] = isSwapped ? [inputs.b, inputs.a] : [inputs.a, inputs.b];
    const view = repetition(a.shape, b.shape);
    if (a.dtype !== "float32" || b.dtype !== "float32" || view === null) return stock(call);
    const { outer, repeats, channels } = view;
    const left = backend.data.get(a.dataId).values;
    const right = backend.data.get(b.dataId).values;
    const y = new Float32Array(left.length);
    if (channels === 1) {
      for (let o = 0; o < outer; o++) row(left, right, y, o * repeats, (o + 1) * repeats, o, 0);
    } else {
      for (let i = 0; i < y.length; i += channels) {
        row(left, right, y, i, i + channels, Math.floor(i / (repeats * channels)) * channels, 1);
      }
    }
    return backend.makeTensorInfo(a.shape, "float32", y);
  };
}

/** A tensor as `[outer, repeats, channels]`. */
interface Repetition {
  readonly outer: number;
  readonly repeats: number;
  readonly channels: number;
}

/**
 * How the smaller shape repeats along the whole one as `[outer, 1, channels]`; null if it does not.
 */
function repetition(whole: readonly number[], smaller: readonly number[]): Repetition | null {
  if (smaller.length > whole.length) return null;
  const padded = [...new Array<number>(whole.length - smaller.length).fill(1), ...smaller];
  const differs = (i: number) => padded[i] !== whole[i];
  const first = padded.findIndex((_, i) => differs(i));
  if (first === -1) return { outer: 1, repeats: 1, channels: tf.util.sizeFromShape(padded) };
  const last = padded.findLastIndex((_, i) => differs(i));
  if (padded.slice(first, last + 1).some((length) => length !== 1)) return null;
  return runOf(whole, first, last + 1);
}

/** The view whose middle are the dimensions from `start` to before `end`. */
function runOf(shape: readonly number[], start: number, end: number): Repetition {
  const size = (part: readonly number[]) => part.reduce((product, length) => product * length, 1);
  return {
    outer: size(shape.slice(0, start)),
    repeats: size(shape.slice(start, end)),
    channels: size(shape.slice(end)),
  };
}

/** Sums over neighbouring dimensions, times a factor; float64 inside. */
function overNeighbours(factorOf: (count: number) => number): Faster {
  return (stock) => (call) => {
    const { inputs: { x }, backend, attrs: { axis, keepDims } } = call;
    const axes = tf.util.parseAxisParam(axis as number | number[], x.shape);
    const areNeighbours = axes.length > 0 && axes.every((axis, i) => axis === axes[0] + i);
    if (x.dtype !== "float32" || !areNeighbours) return stock(call);
    const { outer, repeats, channels } = runOf(x.shape, axes[0], axes[0] + axes.length);
    const sums = new Float64Array(outer * channels);
    const values = backend.data.get(x.dataId).values;
    for (let o = 0, i = 0; o < outer; o++) {
      for (let repeat = 0; repeat < repeats; repeat++) {
        for (let c = 0; c < channels; c++, i++) sums[o * channels + c] += values[i];
      }
    }
    const factor = factorOf(repeats);
    const shape = keepDims
      ? x.shape.map((length, i) => axes.includes(i) ? 1 : length)
      : x.shape.filter((_, i) => !axes.includes(i));
    return backend.makeTensorInfo(shape, "float32", Float32Array.from(sums, (sum) => sum * factor));
  };
}
