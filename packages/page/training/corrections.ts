import { distribution } from "@renorm/experiments/training/distribution";
import type { Limits } from "@renorm/schedule";
import type { LayerCorrection } from "@renorm/experiments/training/evaluate";
import { openCorrection } from "./batch_moments.ts";
import type { LayerStep } from "./pair.ts";

/**
 * How far the batches of some steps strayed from the running statistics: r and d before clipping
 * over all channels of a layer, and the share beyond the limits that were in force at each step.
 */
export function corrections(
  steps: readonly (LayerStep & { readonly limits: Limits })[],
): LayerCorrection {
  const r: number[] = [];
  const d: number[] = [];
  let clippedR = 0;
  let clippedD = 0;
  for (const { batch, running, limits: { rmax, dmax } } of steps) {
    const open = openCorrection(batch, running);
    r.push(...open.r);
    d.push(...open.d);
    clippedR += open.r.filter((value) => value > rmax || value < 1 / rmax).length;
    clippedD += open.d.filter((value) => Math.abs(value) > dmax).length;
  }
  const unclipped = (values: number[]) => distribution(values, () => false);
  return {
    r: { ...unclipped(r), clipped: clippedR / r.length },
    d: { ...unclipped(d), clipped: clippedD / d.length },
  };
}
