/**
 * The gradients of convolutions that TensorFlow.js' wasm backend lacks: with them a MobileNet
 * trains there, many times as fast as on the cpu backend.
 */
import * as tf from "@tensorflow/tfjs";

/** A kernel, as TensorFlow.js calls it: what goes in are tensors. */
type Kernel = (call: {
  readonly inputs: Readonly<Record<string, tf.Tensor4D>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}) => tf.Tensor;

const kernels: Readonly<Record<string, Kernel>> = {
  /** Of a 1 × 1 filter: a matrix product over all pixels. */
  Conv2DBackpropInput({ inputs: { dy, filter }, attrs }) {
    const [height, width, channels, filters] = filter.shape;
    check("Conv2DBackpropInput", attrs, "a 1 × 1 filter", height === 1 && width === 1);
    return tf.tidy(() => {
      const matrix = filter.reshape([channels, filters]);
      const dx = tf.matMul(matrix, tf.transpose(dy.reshape([-1, filters])));
      return tf.transpose(dx).reshape([...dy.shape.slice(0, 3), channels]);
    });
  },
  /** Of a 1 × 1 filter: a matrix product over all pixels. */
  Conv2DBackpropFilter({ inputs: { x, dy }, attrs }) {
    const shape = attrs.filterShape as [number, number, number, number];
    const [height, width, channels, filters] = shape;
    check("Conv2DBackpropFilter", attrs, "a 1 × 1 filter", height === 1 && width === 1);
    return tf.tidy(() => {
      const columns = tf.transpose(x.reshape([-1, channels]));
      return tf.matMul(columns, dy.reshape([-1, filters])).reshape(shape);
    });
  },
  /** dx = dy convolved with the filter turned by half. */
  DepthwiseConv2dNativeBackpropInput({ inputs: { dy, filter }, attrs }) {
    checkDepthwise("DepthwiseConv2dNativeBackpropInput", attrs, filter.shape);
    return tf.tidy(() => tf.depthwiseConv2d(dy, tf.reverse(filter, [0, 1]), 1, "same"));
  },
  /** For each tap the sum over images and pixels of dy times x, shifted by that tap. */
  DepthwiseConv2dNativeBackpropFilter({ inputs: { x, dy }, attrs }) {
    const [rows, columns, channels, multiplier] = attrs.filterShape as number[];
    const shape = [rows, columns, channels, multiplier];
    checkDepthwise("DepthwiseConv2dNativeBackpropFilter", attrs, shape);
    return tf.tidy(() => {
      const [above, left] = [(rows - 1) / 2, (columns - 1) / 2];
      const padded = tf.pad4d(x, [[0, 0], [above, above], [left, left], [0, 0]]);
      const taps = Array.from({ length: rows * columns }, (_, tap) => {
        const start = [0, Math.floor(tap / columns), tap % columns, 0];
        return tf.sum(tf.mul(tf.slice(padded, start, dy.shape), dy), [0, 1, 2]);
      });
      return tf.stack(taps).reshape(shape);
    });
  },
};

function checkDepthwise(
  name: string,
  attrs: Readonly<Record<string, unknown>>,
  [rows, columns, , multiplier]: readonly number[],
): void {
  const isCovered = rows % 2 === 1 && columns % 2 === 1 && multiplier === 1 && attrs.pad === "same";
  check(name, attrs, "an odd filter a channel and padding same", isCovered);
}

function check(
  name: string,
  attrs: Readonly<Record<string, unknown>>,
  wanted: string,
  isCovered: boolean,
): void {
  const strides = [attrs.strides].flat() as number[];
  if (isCovered && strides.every((stride) => stride === 1)) return;
  throw new TypeError(`${name} expects stride 1, ${wanted}: got ${JSON.stringify(attrs)}`);
}

let areRegistered = false;

/** Registers the gradients with the wasm backend, once. */
export function useWasmGradients(): void {
  if (areRegistered) return;
  areRegistered = true;
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    // TensorFlow.js' own type of a kernel leaves open what goes in.
    const kernelFunc = kernel as unknown as tf.KernelFunc;
    if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
  }
}
