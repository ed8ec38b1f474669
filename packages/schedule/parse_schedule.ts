import { readSchedule } from "./_read_schedule.ts";
import { expects, show } from "./checks.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Reads a schedule from JSON, such as a file or a form, and checks all of it.
 *
 * @param json The JSON text, or the value already parsed.
 * @param owner Who reads it, for the errors. Default `"parseSchedule"`.
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
 *   message:
 *     "parseSchedule expects the step of rmax[1] to be a finite number of at least 5: got 4",
 * });
 * ```
 */
export function parseSchedule(json: unknown, owner: string = "parseSchedule"): Schedule {
  return readSchedule(owner, typeof json === "string" ? parsed(owner, json) : json);
}

function parsed(owner: string, text: string): Schedule {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(expects(owner, "JSON text", show(text)), { cause });
  }
}
