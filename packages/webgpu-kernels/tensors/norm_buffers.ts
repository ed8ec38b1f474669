/** Buffers of state that the caller names: float32, one value per channel, usage `STORAGE`. */
export interface NormBuffers {
  /** Scale γ. Absent or null counts as 1. */
  readonly weight?: GPUBuffer | null;
  /** Shift β. Absent or null counts as 0. */
  readonly bias?: GPUBuffer | null;
  /** Running mean, read by inference and written in training. */
  readonly runningMean?: GPUBuffer | null;
  /** Running variance, likewise. */
  readonly runningVar?: GPUBuffer | null;
  /** Where backward writes the gradient to the weight. */
  readonly weightGrad?: GPUBuffer | null;
  /** Where backward writes the gradient to the bias. */
  readonly biasGrad?: GPUBuffer | null;
  /**
   * What a forward leaves for its backward, {@linkcode tableSize} bytes. Absent, the workspace has
   * one of its own, and a backward goes with the latest forward; with one of its own each forward
   * has its own backward.
   */
  readonly table?: GPUBuffer | null;
}

/** Their names. */
export const bufferNames = [
  "weight",
  "bias",
  "runningMean",
  "runningVar",
  "weightGrad",
  "biasGrad",
  "table",
] as const;

/** Bytes of a buffer: a number a channel, and three rows of four in the table. */
export function bytesOf(name: keyof NormBuffers, numFeatures: number): number {
  return (name === "table" ? 48 : 4) * numFeatures;
}
