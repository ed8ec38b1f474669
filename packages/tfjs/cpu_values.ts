import type { Tensor } from "./tensor_flow.ts";

/**
 * The array that TensorFlow.js' cpu backend keeps of a float32 tensor, itself; a copy where it
 * keeps integers, as `tf.cast` leaves them.
 */
export function valuesOf(tensor: Tensor): Float32Array {
  const values = tensor.dataSync();
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
