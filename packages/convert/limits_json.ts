/** The limits of batch renorm as JSON: `rmax`, `dmax` and `warmup_steps`, or `schedule`. */
import { checkOptions } from "@renorm/core-math/checks";
import { parseSchedule } from "@renorm/schedule";
import type { JsonObject } from "./json.ts";
import type { RenormLimits } from "./norm_layer.ts";

/** The fields. */
export const limitFields: readonly string[] = ["rmax", "dmax", "warmup_steps", "schedule"];

/** JSON has no infinity; no batch reaches this one, and float32 holds it. */
const unlimited = 3e38;

/** Writes limits. */
export function printLimits(limits: RenormLimits): JsonObject {
  const finite = (value: number) => Math.min(value, unlimited);
  if ("schedule" in limits) {
    const curve = (knots: RenormKnots) => knots.map(([step, value]) => [step, finite(value)]);
    return { schedule: { rmax: curve(limits.schedule.rmax), dmax: curve(limits.schedule.dmax) } };
  }
  const { rmax, dmax, warmupSteps } = limits;
  return { rmax: finite(rmax), dmax: finite(dmax), warmup_steps: warmupSteps };
}

type RenormKnots = readonly (readonly [step: number, value: number])[];

/**
 * Reads limits; what is absent is the notebook's.
 *
 * @throws {TypeError} For a value of the wrong kind.
 * @throws {RangeError} For a value out of range.
 */
export function parseLimits(json: JsonObject): RenormLimits {
  if (json.schedule !== undefined) return { schedule: parseSchedule(json.schedule) };
  const { rmax = 3, dmax = 5, warmup_steps: warmupSteps = 5000 } = json;
  const limits = { rmax, dmax, warmupSteps } as Extract<RenormLimits, { rmax: number }>;
  checkOptions("batch renorm", limits, ["rmax", "dmax", "warmupSteps"]);
  return limits;
}
