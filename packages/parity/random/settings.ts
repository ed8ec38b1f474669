/** What the configuration of a golden case says, with nothing left open. */
import type { GoldenCase } from "../golden_case.ts";

/** The options of a layer that its values depend on. */
export interface Settings {
  readonly isRenorm: boolean;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly tracked: boolean;
  /** The limits of the k-th training forward, k from 1: a line from 1 and 0, then constant. */
  limitsAt(k: number): { readonly rmax: number; readonly dmax: number };
}

/** Reads the settings of a case. */
export function settingsOf({ kind, config }: GoldenCase): Settings {
  const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = config;
  const { rmax = 3, dmax = 5, warmupSteps = 5000 } = config as Record<string, number>;
  return {
    isRenorm: kind === "batch_renorm",
    eps: eps as number,
    momentum: momentum as number | null,
    affine: affine as boolean,
    tracked: trackRunningStats as boolean,
    limitsAt(k) {
      const opened = warmupSteps === 0 ? 1 : Math.min(k / warmupSteps, 1);
      return { rmax: 1 + (rmax - 1) * opened, dmax: dmax * opened };
    },
  };
}
