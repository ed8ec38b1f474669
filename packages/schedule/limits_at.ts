import { checkAtLeast } from "./_check_number.ts";
import { readSchedule } from "./_read_schedule.ts";
import type { Knot, Limits, Schedule } from "./schedule.ts";

/**
 * The limits at a step: linear between two knots, `v0 + (v1 − v0)·(step − s0)/(s1 − s0)`.
 *
 * @param schedule The two curves.
 * @param step Training forwards, from 1: the k-th forward uses `limitsAt(schedule, k)`. Finite and
 * at least 0; fractions are fine.
 * @returns rmax and dmax.
 * @throws {TypeError} When the schedule is none or the step is not a number.
 * @throws {RangeError} When the step is negative or not finite, or the schedule cannot be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitsAt, paperSchedule } from "@renorm/schedule";
 *
 * assert.deepEqual(limitsAt(paperSchedule(), 5000), { rmax: 1, dmax: 0 });
 * assert.deepEqual(limitsAt(paperSchedule(), 15_000), { rmax: 1 + 2 * 10 / 35, dmax: 2.5 });
 * ```
 */
export function limitsAt(schedule: Schedule, step: number): Limits {
  const owner = "limitsAt";
  checkAtLeast(owner, "step", step, 0);
  return limitsOf(readSchedule(owner, schedule), step);
}

/** The limits of a schedule that was checked, at a step that is a count. */
export function limitsOf({ rmax, dmax }: Schedule, step: number): Limits {
  return { rmax: valueAt(rmax, step), dmax: valueAt(dmax, step) };
}

function valueAt(knots: readonly Knot[], step: number): number {
  const next = knots.findIndex(([knotStep]) => step <= knotStep);
  if (next < 0) return knots[knots.length - 1][1];
  const [nextStep, nextValue] = knots[next];
  if (next === 0 || step === nextStep) return nextValue;
  const [lastStep, lastValue] = knots[next - 1];
  return lastValue + (nextValue - lastValue) * ((step - lastStep) / (nextStep - lastStep));
}
