/**
 * The classes of Keras and TensorFlow.js that a batch norm folds into, and how they keep kernels.
 */

/** A class' kernel. */
export interface FoldableClass {
  /** Spatial dimensions. */
  readonly dimensions: number;
  /** The variable that the outputs are axes of. */
  readonly kernel: "kernel" | "depthwise_kernel" | "pointwise_kernel";
  /**
   * Where in the kernel its outputs lie: on the last axis, on the one before (`[h, w, outputs,
   * inputs]`), or on both (`[h, w, inputs, multiplier]`).
   */
  readonly outputs: "last" | "second last" | "both";
}

const convolution = { kernel: "kernel", outputs: "last" } as const;
const transposed = { kernel: "kernel", outputs: "second last" } as const;
const depthwise = { kernel: "depthwise_kernel", outputs: "both" } as const;
const separable = { kernel: "pointwise_kernel", outputs: "last" } as const;

/** By class; no other is folded into. */
export const foldableClasses: Readonly<Record<string, FoldableClass>> = {
  Dense: { dimensions: 0, ...convolution },
  Conv1D: { dimensions: 1, ...convolution },
  Conv2D: { dimensions: 2, ...convolution },
  Conv3D: { dimensions: 3, ...convolution },
  Conv1DTranspose: { dimensions: 1, ...transposed },
  Conv2DTranspose: { dimensions: 2, ...transposed },
  Conv3DTranspose: { dimensions: 3, ...transposed },
  DepthwiseConv1D: { dimensions: 1, ...depthwise },
  DepthwiseConv2D: { dimensions: 2, ...depthwise },
  SeparableConv1D: { dimensions: 1, ...separable },
  SeparableConv2D: { dimensions: 2, ...separable },
};

/** The channels of a kernel's outputs. */
export interface KernelChannels {
  readonly channels: number;
  /** That of a value, by its index. */
  channelOf(index: number): number;
}

/** The channels of a kernel of a shape; null for a shape that is none. */
export function kernelChannels(
  { dimensions, outputs }: FoldableClass,
  shape: readonly number[],
): KernelChannels | null {
  if (shape.length !== dimensions + 2) return null;
  const [secondLast, last] = shape.slice(-2);
  if (outputs === "both") {
    const channels = secondLast * last;
    return { channels, channelOf: (index) => index % channels };
  }
  if (outputs === "second last") {
    return { channels: secondLast, channelOf: (index) => Math.floor(index / last) % secondLast };
  }
  return { channels: last, channelOf: (index) => index % last };
}
