import type { Limits } from "@renorm/schedule";

/** The norms that are compared. */
export const norms = ["batch norm", "batch renorm", "group norm", "frozen batch norm"] as const;

/** A norm of the network. */
export type Norm = (typeof norms)[number];

/** How the norms are set. */
export interface NormSettings {
  /**
   * Weight of the new batch in the running statistics, PyTorch's sense; for every norm that has
   * some.
   */
  readonly momentum: number;
  /** The limits of batch renorm after its warm-up. */
  readonly limits: Limits;
  /** Share of the training steps over which the limits open in a straight line. */
  readonly warmupShare: number;
  /** Channels in a group of the group norm. */
  readonly groupSize: number;
}
