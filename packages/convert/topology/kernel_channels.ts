/** Which values of a kernel of Keras and TensorFlow.js belong to which channel of its output. */

/** The variable that holds a class' kernel. */
export function kernelName(className: string): string {
  if (className === "DepthwiseConv2D") return "depthwise_kernel";
  return className.startsWith("Separable") ? "pointwise_kernel" : "kernel";
}

/** The channel of a value by its index. */
export function channelOf(className: string, shape: readonly number[]): (index: number) => number {
  const [secondLast, last] = shape.slice(-2);
  // [h, w, inputs, multiplier]: a channel an input and multiplier.
  if (className === "DepthwiseConv2D") return (index) => index % (secondLast * last);
  // [h, w, outputs, inputs].
  if (className.endsWith("Transpose")) return (index) => Math.floor(index / last) % secondLast;
  return (index) => index % last;
}
