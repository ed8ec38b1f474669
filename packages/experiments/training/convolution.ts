/** A convolution and its gradients as matrix products: the cpu backend's own go index by index. */
import * as tf from "@tensorflow/tfjs";
import type { Faster } from "./cpu_kernel.ts";
import { matrixProduct } from "./matrix_product.ts";

/** y = patches of x · filter. */
const forward: Faster = (stock) => (call) => {
  const { inputs: { x, filter, bias, preluActivationWeights }, backend, attrs } = call;
  const isPlain = !bias && !preluActivationWeights && (attrs.activation ?? "linear") === "linear";
  const window = isPlain ? windowOf(x.shape, filter.shape, attrs) : null;
  if (window === null || x.dtype !== "float32") return stock(call);
  const patches = patchesOf(backend.data.get(x.dataId).values, window);
  const values = backend.data.get(filter.dataId).values;
  const y = matrixProduct(patches, values, rowsOf(window), columnsOf(window), window.outChannels);
  return backend.makeTensorInfo(window.outShape, "float32", y);
};

/** Kernels for images `[n, height, width, channels]`; the stock ones do the rest. */
export const convolution: Readonly<Record<string, Faster>> = {
  Conv2D: forward,
  // What layers call, without bias and activation in ours.
  FusedConv2D: forward,
  /** dFilter = patches of x, transposed · dy. */
  Conv2DBackpropFilter: (stock) => (call) => {
    const { inputs: { x, dy }, backend, attrs } = call;
    const filterShape = attrs.filterShape as number[];
    const window = windowOf(x.shape, filterShape, attrs);
    if (window === null) return stock(call);
    const patches = patchesOf(backend.data.get(x.dataId).values, window);
    const [rows, columns] = [rowsOf(window), columnsOf(window)];
    const values = backend.data.get(dy.dataId).values;
    const product = matrixProduct(
      transposed(patches, rows, columns),
      values,
      columns,
      rows,
      window.outChannels,
    );
    return backend.makeTensorInfo(filterShape, "float32", product);
  },
  /** dPatches = dy · filter, transposed; each value goes to the pixel that it was taken from. */
  Conv2DBackpropInput: (stock) => (call) => {
    const { inputs: { dy, filter }, backend, attrs } = call;
    const shape = attrs.inputShape as number[];
    const window = windowOf(shape, filter.shape, attrs);
    if (window === null) return stock(call);
    const [rows, columns] = [rowsOf(window), columnsOf(window)];
    const turned = transposed(
      backend.data.get(filter.dataId).values,
      columns,
      window.outChannels,
    );
    const values = backend.data.get(dy.dataId).values;
    const dPatches = matrixProduct(values, turned, rows, window.outChannels, columns);
    const dx = new Float64Array(tf.util.sizeFromShape(shape));
    overPatches(window, (patch, pixel) => {
      for (let c = 0; c < window.inChannels; c++) dx[pixel + c] += dPatches[patch + c];
    });
    return backend.makeTensorInfo(shape, "float32", Float32Array.from(dx));
  },
};

type Window = tf.backend_util.Conv2DInfo;

/** The convolution's sizes; null for one that is left to the stock kernel. */
function windowOf(
  x: readonly number[],
  filter: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): Window | null {
  const { strides, pad, dilations = 1, dimRoundingMode } = attrs as {
    strides: number | [number, number];
    pad: "same" | "valid" | number;
    dilations?: number | [number, number];
    dimRoundingMode?: "floor" | "round" | "ceil";
  };
  const isCovered = attrs.dataFormat === "NHWC" && [dilations].flat().every((step) => step === 1);
  if (!isCovered) return null;
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/** Pixels of the output, over all images. */
function rowsOf({ batchSize, outHeight, outWidth }: Window): number {
  return batchSize * outHeight * outWidth;
}

/** Values that one of them is made of. */
function columnsOf({ filterHeight, filterWidth, inChannels }: Window): number {
  return filterHeight * filterWidth * inChannels;
}

/** What each output pixel is made of, a row each; 0 outside of the image. */
function patchesOf(x: Float32Array, window: Window): Float32Array {
  const patches = new Float32Array(rowsOf(window) * columnsOf(window));
  overPatches(window, (patch, pixel) => {
    for (let c = 0; c < window.inChannels; c++) patches[patch + c] = x[pixel + c];
  });
  return patches;
}

/** Visits each place of a patch that is inside the image, with the pixel that lies there. */
function overPatches(window: Window, visit: (patch: number, pixel: number) => void): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels } = window;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo: { top, left } } = window;
  let patch = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        for (let i = 0; i < filterHeight; i++) {
          const y = row * strideHeight + i - top;
          for (let j = 0; j < filterWidth; j++, patch += inChannels) {
            const x = column * strideWidth + j - left;
            if (y < 0 || y >= inHeight || x < 0 || x >= inWidth) continue;
            visit(patch, ((n * inHeight + y) * inWidth + x) * inChannels);
          }
        }
      }
    }
  }
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j];
  }
  return turned;
}
