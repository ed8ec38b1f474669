/** What was measured of the current run, for the charts. */
import type { Measurement } from "../protocol.ts";
import type { TrainedStep } from "../training/pair.ts";

/** What the charts draw. */
export interface History {
  /** In the order of their steps. */
  readonly points: readonly Measurement[];
  /** The last steps, one after another. */
  readonly steps: readonly TrainedStep[];
}

/** Steps that are kept. */
export const keptSteps = 100;

/** A run of which nothing is known yet. */
export const emptyHistory: History = { points: [], steps: [] };

/** The last step that is known of. */
export function lastStep({ steps, points }: History): number {
  return Math.max(steps.at(-1)?.step ?? 0, points.at(-1)?.step ?? 0);
}

/** The networks whose last loss is no number, by their place. */
export function divergedNetworks({ steps }: History): number[] {
  const losses = steps.at(-1)?.losses ?? [];
  return [...losses.keys()].filter((network) => !Number.isFinite(losses[network]));
}

/** The history with another measurement, in place of later ones and of one of the same step. */
export function withMeasurement({ points, steps }: History, measurement: Measurement): History {
  const earlier = points.filter(({ step }) => step < measurement.step);
  return { points: [...earlier, measurement], steps };
}

/** The history with further steps, as many as are kept. */
export function withSteps(history: History, steps: readonly TrainedStep[]): History {
  if (steps.length === 0) return history;
  const before = history.steps.filter(({ step }) => step < steps[0].step);
  return { ...history, steps: [...before, ...steps].slice(-keptSteps) };
}

/** The history as it was at a step, from which the run goes on. */
export function backAt({ points, steps }: History, last: number): History {
  const isKept = ({ step }: { readonly step: number }) => step <= last;
  return { points: points.filter(isKept), steps: steps.filter(isKept) };
}
