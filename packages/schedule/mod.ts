/**
 * When and how far batch renorm may correct: the limits rmax and dmax over the steps of training,
 * as plain JSON that travels with a model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitsAt, paperSchedule, scaleTo } from "@renorm/schedule";
 *
 * const schedule = scaleTo(paperSchedule(), 400);
 * assert.deepEqual(limitsAt(schedule, 1), { rmax: 1, dmax: 0 });
 * assert.deepEqual(limitsAt(schedule, 400), { rmax: 3, dmax: 5 });
 * ```
 *
 * @module
 */
export { type Advice, advise, type TrainingPlan } from "./advise.ts";
export { limitsAt } from "./limits_at.ts";
export { parseSchedule } from "./parse_schedule.ts";
export {
  constant,
  linearWarmup,
  type LinearWarmupOptions,
  paperSchedule,
  stepAfter,
} from "./presets.ts";
export { scaleTo } from "./scale_to.ts";
export type { Knot, Limits, Schedule } from "./schedule.ts";
