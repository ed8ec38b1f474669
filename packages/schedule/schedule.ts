/** A corner of a curve: at `step`, the limit is `value`; between two corners it is linear. */
export type Knot = readonly [step: number, value: number];

/**
 * How the limits of batch renorm open over training, as plain JSON: a piecewise-linear curve each
 * for rmax and dmax. Before its first knot a curve has the first value, after its last the last.
 * Two knots at one step are a jump: the first holds up to and including that step.
 *
 * @example
 * ```ts
 * import type { Schedule } from "@renorm/schedule";
 *
 * // Plain batch norm for 100 steps, then open over 400.
 * const schedule: Schedule = { rmax: [[100, 1], [500, 3]], dmax: [[100, 0], [500, 5]] };
 * ```
 */
export interface Schedule {
  /** Curve of rmax; every value is at least 1. */
  readonly rmax: readonly Knot[];
  /** Curve of dmax; every value is at least 0. */
  readonly dmax: readonly Knot[];
}

/** How far batch renorm may correct: r in `[1/rmax, rmax]` and d in `[-dmax, dmax]`. */
export interface Limits {
  /** Largest r, at least 1. */
  readonly rmax: number;
  /** Largest |d|, at least 0, in running standard deviations. */
  readonly dmax: number;
}

/** The last step at which either curve still changes. */
export function lastStep({ rmax, dmax }: Schedule): number {
  return Math.max(rmax[rmax.length - 1][0], dmax[dmax.length - 1][0]);
}
