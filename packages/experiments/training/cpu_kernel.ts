/** Kernels of TensorFlow.js' cpu backend, as its own and faster ones are called. */
import type * as tf from "@tensorflow/tfjs";

/** What is used of TensorFlow.js' cpu backend. */
export interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Float32Array } };
  makeTensorInfo(shape: readonly number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

/** Arguments of a kernel. */
interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: CpuBackend;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** A kernel of the cpu backend. */
export type Kernel = (call: KernelCall) => tf.TensorInfo;

/** Makes a faster kernel from the one that is there. */
export type Faster = (stock: Kernel) => Kernel;
