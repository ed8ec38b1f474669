import type { Schedule } from "@renorm/schedule";

/** The limits of batch renorm over the steps: the notebook's three numbers, or a schedule. */
export type RenormLimits =
  | { readonly rmax: number; readonly dmax: number; readonly warmupSteps: number }
  | { readonly schedule: Schedule };

/** What a batch renorm layer has beyond a batch norm layer. */
export interface RenormSettings {
  /** Its limits. Null where the model holds them as code, which can be kept but not written. */
  readonly limits: RenormLimits | null;
  /** Training forwards since the warm-up began. */
  readonly renormStep: number;
  /** The momentum of the batch norm it came from, where converting changed it. */
  readonly batchNormMomentum?: number | null;
}

/** A normalisation layer as a model holds it, in PyTorch's words whatever the model's own are. */
export interface NormLayer {
  /** Batch norm, or batch renorm. */
  readonly kind: "batch-norm" | "batch-renorm";
  /** Channels; null where the model does not say. */
  readonly numFeatures: number | null;
  /** Added to a variance under the root. */
  readonly eps: number;
  /** Weight of the new batch; null for the average over all batches. Keras' 0.99 is 0.01 here. */
  readonly momentum: number | null;
  /** Training forwards so far; null where the model does not count them. */
  readonly numBatchesTracked: number | null;
  /** Limits and step of batch renorm; null for batch norm. */
  readonly renorm: RenormSettings | null;
  /** Why it cannot be of the other kind; absent where it can. */
  readonly fixedKind?: string;
  /** The layer as its model prints it. */
  readonly text: string;
}

/** A layer that looks like a batch norm and cannot be converted. */
export interface UnsupportedLayer {
  /** Why. */
  readonly unsupported: string;
  /** The layer as its model prints it. */
  readonly text: string;
  /**
   * Whether it is no batch norm itself but holds what may be one: it is reported as left, and no
   * error. Default false.
   */
  readonly isHolder?: boolean;
}

/** The values of a normalisation layer, one per channel; null for what it does not have. */
export interface NormVectors {
  /** Scale γ. */
  readonly weight: ArrayLike<number> | null;
  /** Shift β. */
  readonly bias: ArrayLike<number> | null;
  /** Running mean. */
  readonly runningMean: ArrayLike<number> | null;
  /** Running variance. */
  readonly runningVar: ArrayLike<number> | null;
}
