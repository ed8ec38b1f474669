import type { NormVectors } from "../norm_layer.ts";

/** A batch norm as the fixed map it is in inference. */
export interface FixedNorm {
  /** Its vectors; both statistics are there. */
  readonly vectors: NormVectors;
  /** Added to a variance under the root. */
  readonly eps: number;
}

/**
 * The kernel and bias of a layer that does what the layer and the batch norm after it did:
 * `kernel · γ/√(variance + eps)` a channel of its output, and `β + (bias − mean) · γ/√(variance + eps)`.
 *
 * @param kernel The layer's kernel, of any shape.
 * @param channelOf The output channel that a value of the kernel belongs to, by its index.
 * @param bias The layer's bias; null when it has none.
 * @param norm The batch norm.
 */
export function foldParameters(
  kernel: ArrayLike<number>,
  channelOf: (index: number) => number,
  bias: ArrayLike<number> | null,
  { vectors, eps }: FixedNorm,
): { kernel: Float32Array; bias: Float32Array } {
  const { weight, bias: beta, runningMean, runningVar } = vectors;
  const factors = Float64Array.from(
    runningVar!,
    (variance, channel) => (weight?.[channel] ?? 1) / Math.sqrt(variance + eps),
  );
  return {
    kernel: Float32Array.from(kernel, (value, i) => value * factors[channelOf(i)]),
    bias: Float32Array.from(
      factors,
      (factor, channel) =>
        (beta?.[channel] ?? 0) + ((bias?.[channel] ?? 0) - runningMean![channel]) * factor,
    ),
  };
}
