import { checkAtLeast, checkCount } from "./_check_number.ts";
import { readPlain } from "./checks.ts";
import type { Limits, Schedule } from "./schedule.ts";

/** Options of {@linkcode linearWarmup}. */
export interface LinearWarmupOptions extends Partial<Limits> {
  /** Training forwards until the limits are open, an integer of at least 0. Default 5000. */
  warmupSteps?: number;
}

/**
 * The notebook's warm-up: from (1, 0) at step 0 linearly to (rmax, dmax) at `warmupSteps`.
 *
 * The first forward already gets a little: 1.0004 and 0.001 with the defaults. With `warmupSteps:
 * 0` the limits are open from the first.
 *
 * @param options Defaults: rmax 3, dmax 5, warmupSteps 5000.
 * @returns The schedule.
 * @throws {TypeError} For an unknown option or one that is not a number.
 * @throws {RangeError} For rmax below 1, dmax below 0 or steps that are not a count.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitsAt, linearWarmup } from "@renorm/schedule";
 *
 * const schedule = linearWarmup({ rmax: 3, dmax: 5, warmupSteps: 5000 });
 * assert.deepEqual(limitsAt(schedule, 2500), { rmax: 2, dmax: 2.5 });
 * ```
 */
export function linearWarmup(options: LinearWarmupOptions = {}): Schedule {
  const owner = "linearWarmup";
  const given = readPlain(
    owner,
    "options to be an object",
    "options",
    options,
    ["rmax", "dmax", "warmupSteps"],
  );
  const { warmupSteps = 5000 } = given;
  checkCount(owner, "warmupSteps", warmupSteps, 0);
  return warmup(checkedLimits(owner, given), warmupSteps);
}

/** The same for numbers that were checked. An infinite limit is shut at step 0, then open. */
export function warmup({ rmax, dmax }: Limits, warmupSteps: number): Schedule {
  if (warmupSteps === 0) return { rmax: [[0, rmax]], dmax: [[0, dmax]] };
  return { rmax: [[0, 1], [warmupSteps, rmax]], dmax: [[0, 0], [warmupSteps, dmax]] };
}

/**
 * The paper's schedule: plain batch norm for 5000 steps, then rmax opens to 3 at step 40 000 and
 * dmax to 5 at step 25 000. {@linkcode scaleTo} fits it to a shorter training.
 *
 * @returns The schedule.
 * @see Ioffe 2017, "Batch Renormalization", section 4
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitsAt, paperSchedule } from "@renorm/schedule";
 *
 * assert.deepEqual(limitsAt(paperSchedule(), 40_000), { rmax: 3, dmax: 5 });
 * ```
 */
export function paperSchedule(): Schedule {
  return { rmax: [[5000, 1], [40_000, 3]], dmax: [[5000, 0], [25_000, 5]] };
}

/**
 * Plain batch norm for the first `step` forwards, full limits from the next: the schedule of CrossQ
 * in reinforcement learning.
 *
 * @param step Forwards of plain batch norm, an integer of at least 0. Default 100 000.
 * @param limits The limits after it. Default rmax 3, dmax 5.
 * @returns The schedule.
 * @throws {TypeError} For an unknown limit or a value that is not a number.
 * @throws {RangeError} For a value out of range.
 * @see Bhatt et al. 2024, "CrossQ", and its code
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitsAt, stepAfter } from "@renorm/schedule";
 *
 * assert.deepEqual(limitsAt(stepAfter(100), 100), { rmax: 1, dmax: 0 });
 * assert.deepEqual(limitsAt(stepAfter(100), 101), { rmax: 3, dmax: 5 });
 * ```
 */
export function stepAfter(step: number = 100_000, limits: Partial<Limits> = {}): Schedule {
  const owner = "stepAfter";
  const given = readPlain(owner, "options to be an object", "options", limits, ["rmax", "dmax"]);
  const { rmax, dmax } = checkedLimits(owner, given);
  checkCount(owner, "step", step, 0);
  return { rmax: [[step, 1], [step, rmax]], dmax: [[step, 0], [step, dmax]] };
}

/**
 * The same limits at every step. `constant(1, 0)` is plain batch norm.
 *
 * @param rmax Largest r, at least 1.
 * @param dmax Largest |d|, at least 0.
 * @returns The schedule.
 * @throws {TypeError} For a value that is not a number.
 * @throws {RangeError} For rmax below 1 or dmax below 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { constant, limitsAt } from "@renorm/schedule";
 *
 * assert.deepEqual(limitsAt(constant(1.5, 0.5), 7), { rmax: 1.5, dmax: 0.5 });
 * ```
 */
export function constant(rmax: number, dmax: number): Schedule {
  checkAtLeast("constant", "rmax", rmax, 1);
  checkAtLeast("constant", "dmax", dmax, 0);
  return { rmax: [[0, rmax]], dmax: [[0, dmax]] };
}

function checkedLimits(
  owner: string,
  { rmax = 3, dmax = 5 }: { readonly rmax?: unknown; readonly dmax?: unknown },
): Limits {
  checkAtLeast(owner, "rmax", rmax, 1);
  checkAtLeast(owner, "dmax", dmax, 0);
  return { rmax, dmax };
}
