/** What was measured of the current run, for the charts. */
import type { Measurement } from "../protocol.ts";
import type { Both, TrainedStep } from "../training/pair.ts";
import type { Reading } from "../training/measured_images.ts";

/** A measurement without the list of what is misread. */
export type Point = Omit<Measurement, "readings"> & {
  readonly readings: Both<Pick<Reading, "trainingMode" | "evalMode">>;
};

/** What the charts draw. */
export interface History {
  /** In the order of their steps. */
  readonly points: readonly Point[];
  /** The last measurement. */
  readonly latest: Measurement | null;
  /** The last steps, one after another. */
  readonly steps: readonly TrainedStep[];
}

/** Steps that are kept. */
export const keptSteps = 100;

/** A run of which nothing is known yet. */
export const emptyHistory: History = { points: [], latest: null, steps: [] };

/** The last step that is known of. */
export function lastStep({ steps, latest }: History): number {
  return Math.max(steps.at(-1)?.step ?? 0, latest?.step ?? 0);
}

/** The networks whose last loss is no number, by their place. */
export function divergedNetworks({ steps }: History): number[] {
  const losses = steps.at(-1)?.losses ?? [];
  return [...losses.keys()].filter((network) => !Number.isFinite(losses[network]));
}

/** The history with another measurement, in place of later ones and of one of the same step. */
export function withMeasurement(history: History, measurement: Measurement): History {
  const [first, second] = measurement.readings.map(({ trainingMode, evalMode }) => ({
    trainingMode,
    evalMode,
  }));
  const points = history.points.filter(({ step }) => step < measurement.step);
  const point = { ...measurement, readings: [first, second] as const };
  return { ...history, points: [...points, point], latest: measurement };
}

/** The history with further steps, as many as are kept. */
export function withSteps(history: History, steps: readonly TrainedStep[]): History {
  if (steps.length === 0) return history;
  const before = history.steps.filter(({ step }) => step < steps[0].step);
  return { ...history, steps: [...before, ...steps].slice(-keptSteps) };
}

/** The history as it was at a step, from which the run goes on. */
export function backAt(history: History, last: number): History {
  return {
    ...history,
    points: history.points.filter(({ step }) => step <= last),
    latest: history.latest !== null && history.latest.step <= last ? history.latest : null,
    steps: history.steps.filter(({ step }) => step <= last),
  };
}
