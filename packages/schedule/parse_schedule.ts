import { checkAtLeast, checkKeys, show } from "./_check.ts";
import type { Knot, Schedule } from "./schedule.ts";

/**
 * Reads a schedule from JSON, such as a file or a form, and checks all of it.
 *
 * @param json The JSON text, or the value already parsed.
 * @returns A new schedule.
 * @throws {SyntaxError} When the text is not JSON.
 * @throws {TypeError} When keys or kinds are wrong.
 * @throws {RangeError} When a step or value is out of range or steps go back. Each error names the
 * place, what was wanted there and what came.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseSchedule } from "@renorm/schedule";
 *
 * const schedule = parseSchedule('{ "rmax": [[0, 1], [10, 3]], "dmax": [[0, 0], [10, 5]] }');
 * assert.deepEqual(schedule.rmax[1], [10, 3]);
 * assert.throws(() => parseSchedule('{ "rmax": [[5, 1], [4, 3]], "dmax": [[0, 0]] }'), {
 *   message: "parseSchedule expects the step of rmax[1] to be a finite number of at least 5: got 4",
 * });
 * ```
 */
export function parseSchedule(json: unknown): Schedule {
  const value = typeof json === "string" ? JSON.parse(json) : json;
  checkKeys("parseSchedule", value, ["rmax", "dmax"]);
  const { rmax, dmax } = value as Record<string, unknown>;
  return { rmax: parseKnots("rmax", rmax, 1), dmax: parseKnots("dmax", dmax, 0) };
}

function parseKnots(name: string, knots: unknown, leastValue: number): Knot[] {
  const owner = "parseSchedule";
  if (!Array.isArray(knots) || knots.length === 0) {
    throw new TypeError(`${owner} expects ${name} to be a list of knots: got ${show(knots)}`);
  }
  return knots.map((knot, i) => {
    const place = `${name}[${i}]`;
    if (!Array.isArray(knot) || knot.length !== 2) {
      throw new TypeError(`${owner} expects ${place} to be [step, value]: got ${show(knot)}`);
    }
    const [step, value] = knot;
    checkAtLeast(owner, `the step of ${place}`, step, i === 0 ? 0 : knots[i - 1][0]);
    checkAtLeast(owner, `the value of ${place}`, value, leastValue);
    if (i > 1 && step === knots[i - 2][0]) {
      throw new RangeError(`${owner} expects at most two knots at a step: got ${place} at ${step}`);
    }
    return [step, value];
  });
}
