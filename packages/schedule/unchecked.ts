/**
 * What the packages that check options themselves use of this one: a schedule is read once, and the
 * arithmetic is the same, but a limit may be infinite too and nothing is checked again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitsOf, warmup } from "@renorm/schedule/unchecked";
 *
 * const schedule = warmup({ rmax: 3, dmax: Infinity }, 10);
 * assert.deepEqual(limitsOf(schedule, 5), { rmax: 2, dmax: Infinity });
 * ```
 *
 * @module
 */
export { readSchedule } from "./_read_schedule.ts";
export { limitsOf } from "./limits_at.ts";
export { warmup } from "./presets.ts";
