import { checkNumber } from "./_check_number.ts";
import { readSchedule } from "./_read_schedule.ts";
import { type Knot, lastStep, type Schedule } from "./schedule.ts";

/**
 * Stretches or shrinks a schedule so that its last knot lands on `totalSteps`: from there on the
 * limits are fully open. Jumps stay jumps.
 *
 * Most trainings are shorter than the paper's. To open over the first 30 % of a run of `n` steps,
 * use `scaleTo(schedule, 0.3 * n)`.
 *
 * @param schedule The schedule; it is not changed.
 * @param totalSteps Steps that the schedule shall take, finite and above 0.
 * @returns A new schedule; one that ends at step 0 (a constant) comes back equal.
 * @throws {TypeError} When the schedule is none or totalSteps is not a number.
 * @throws {RangeError} When totalSteps is not finite and above 0, or the schedule cannot be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { paperSchedule, scaleTo } from "@renorm/schedule";
 *
 * assert.deepEqual(scaleTo(paperSchedule(), 400), {
 *   rmax: [[50, 1], [400, 3]],
 *   dmax: [[50, 0], [250, 5]],
 * });
 * ```
 */
export function scaleTo(schedule: Schedule, totalSteps: number): Schedule {
  const owner = "scaleTo";
  const holds = (v: number) => Number.isFinite(v) && v > 0;
  checkNumber(owner, "totalSteps", totalSteps, "finite and above 0", holds);
  const given = readSchedule(owner, schedule);
  const end = lastStep(given);
  // Multiplying before dividing keeps whole steps whole, where there is room for the product.
  const isLarge = end * totalSteps === Infinity;
  const scaled = (step: number) =>
    end === 0 ? 0 : isLarge ? step / end * totalSteps : step * totalSteps / end;
  const scale = ([step, value]: Knot): Knot => [scaled(step), value];
  // Read again: steps that are next to each other may have become one.
  return readSchedule(owner, { rmax: given.rmax.map(scale), dmax: given.dmax.map(scale) });
}
