/**
 * The gradients of a convolution as convolutions, which the cpu backend computes ten times as fast.
 */
import * as tf from "@tensorflow/tfjs";
import type { CpuBackend, Faster, Kernel } from "./cpu_kernel.ts";

/** Kernels for stride 1 and padding "same" with an odd filter; the stock ones do the rest. */
export const convolutionGradients: Readonly<Record<string, Faster>> = {
  /** dx = dy convolved with the filter turned by half and its channels swapped. */
  Conv2DBackpropInput: (stock) => (call) => {
    const { inputs: { dy, filter }, backend, attrs } = call;
    const [height, width, channelsIn, channelsOut] = filter.shape;
    if (!isCovered(attrs, height, width)) return stock(call);
    const turned = new Float32Array(valuesOf(backend, filter).length);
    const taps = height * width;
    valuesOf(backend, filter).forEach((value, i) => {
      const out = i % channelsOut;
      const into = Math.floor(i / channelsOut) % channelsIn;
      const tap = Math.floor(i / (channelsOut * channelsIn));
      turned[((taps - 1 - tap) * channelsOut + out) * channelsIn + into] = value;
    });
    const shape = [height, width, channelsOut, channelsIn];
    return convolve(backend, dy, backend.makeTensorInfo(shape, "float32", turned), "same");
  },
  /** dFilter = x convolved with dy as its filter, where images take the place of channels. */
  Conv2DBackpropFilter: (stock) => (call) => {
    const { inputs: { x, dy }, backend, attrs } = call;
    const [height, width] = attrs.filterShape as number[];
    if (!isCovered(attrs, height, width)) return stock(call);
    const images = permuted(backend, x, [3, 1, 2, 0]);
    const filter = permuted(backend, dy, [1, 2, 0, 3]);
    const rows = (height - 1) / 2;
    const columns = (width - 1) / 2;
    const pad = [[0, 0], [rows, rows], [columns, columns], [0, 0]];
    return permuted(backend, convolve(backend, images, filter, pad), [1, 2, 0, 3]);
  },
};

function isCovered(
  attrs: Readonly<Record<string, unknown>>,
  height: number,
  width: number,
): boolean {
  const strides = [attrs.strides].flat() as number[];
  return attrs.pad === "same" && strides.every((stride) => stride === 1) && height % 2 === 1 &&
    width % 2 === 1 && attrs.dataFormat === "NHWC";
}

function valuesOf(backend: CpuBackend, tensor: tf.TensorInfo): Float32Array {
  return backend.data.get(tensor.dataId).values;
}

function convolve(
  backend: CpuBackend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  pad: "same" | number[][],
): tf.TensorInfo {
  const kernel = tf.getKernel("Conv2D", "cpu").kernelFunc as unknown as Kernel;
  const attrs = { strides: [1, 1], pad, dataFormat: "NHWC", dilations: [1, 1] };
  return kernel({ inputs: { x, filter }, backend, attrs });
}

/** The tensor with its dimensions in another order. */
function permuted(backend: CpuBackend, x: tf.TensorInfo, perm: number[]): tf.TensorInfo {
  const kernel = tf.getKernel("Transpose", "cpu").kernelFunc as unknown as Kernel;
  return kernel({ inputs: { x }, backend, attrs: { perm } });
}
