import type { NormVectors } from "../norm_layer.ts";

/** A batch norm as the fixed map it is in inference. */
export interface FixedNorm {
  /** Its vectors; both statistics are there. */
  readonly vectors: NormVectors;
  /** Added to a variance under the root. */
  readonly eps: number;
}

/** `γ/√(variance + eps)`, by which the kernel of the layer before a batch norm is multiplied. */
export function foldFactors({ vectors, eps }: FixedNorm): Float64Array {
  const { weight, runningVar } = vectors;
  return Float64Array.from(
    runningVar!,
    (variance, channel) => (weight?.[channel] ?? 1) / Math.sqrt(variance + eps),
  );
}

/** `β + (bias − mean) · γ/√(variance + eps)`, the bias that the layer has after it. */
export function foldBias(
  bias: ArrayLike<number> | null,
  { vectors }: FixedNorm,
  factors: Float64Array,
): Float64Array {
  return factors.map((factor, channel) =>
    (vectors.bias?.[channel] ?? 0) +
    ((bias?.[channel] ?? 0) - vectors.runningMean![channel]) * factor
  );
}

/** A kernel and a bias. */
export interface Parameters {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/**
 * The kernel and bias of a layer that does what the layer and the batch norm after it did, rounded
 * to float32; or why there are none.
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
  norm: FixedNorm,
): Parameters | string {
  const factors = foldFactors(norm);
  const folded = {
    kernel: Float32Array.from(kernel, (value, i) => value * factors[channelOf(i)]),
    bias: Float32Array.from(foldBias(bias, norm, factors)),
  };
  const isHeld = folded.kernel.every(Number.isFinite) && folded.bias.every(Number.isFinite);
  return isHeld ? folded : "its factors make values that float32 does not hold";
}
