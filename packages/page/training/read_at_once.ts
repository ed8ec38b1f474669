import * as tf from "@tensorflow/tfjs";

/** Runs what gives tensors, and reads the values of each with one wait for all. */
export async function readAtOnce(run: () => readonly tf.Tensor[]): Promise<Float32Array[]> {
  const { whole, sizes } = tf.tidy(() => {
    const tensors = run();
    const whole = tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D));
    return { whole, sizes: tensors.map(({ size }) => size) };
  });
  const values = await whole.data<"float32">();
  whole.dispose();
  let start = 0;
  return sizes.map((size) => values.slice(start, start += size));
}
