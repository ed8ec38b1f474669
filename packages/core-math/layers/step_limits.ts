import type { Limits, Schedule } from "@renorm/schedule";
import { limitsOf, readSchedule, warmup } from "@renorm/schedule/unchecked";
import { expects, show } from "@renorm/schedule/checks";
import { checkOptions } from "../checks/options.ts";

/**
 * How far batch renorm may correct at each step: by a linear warm-up (the default), a schedule, or
 * a function; one of the three.
 */
export interface StepLimitsOptions {
  /** Largest r after the warm-up, at least 1. Default 3. */
  rmax?: number;
  /** Largest |d| after the warm-up, at least 0. Default 5. */
  dmax?: number;
  /** Training forwards over which the limits open linearly from 1 and 0. Default 5000. */
  warmupSteps?: number;
  /** A schedule of `@renorm/schedule`, which is JSON. */
  schedule?: Schedule;
  /** The limits of the k-th training forward, k from 1, for what no schedule can say. */
  limitsAt?: (step: number) => Limits;
}

const warmupNames = ["rmax", "dmax", "warmupSteps"] as const;

/** The names of {@linkcode StepLimitsOptions}. */
export const stepLimitsNames: readonly string[] = [...warmupNames, "schedule", "limitsAt"];

/** How far a layer corrects at each step. */
export interface StepLimits {
  /** The limits of a step. */
  readonly limitsAt: (step: number) => Limits;
  /** The options that ask for them, with defaults filled in. */
  readonly options: StepLimitsOptions;
}

/** What `given` asks for, whose values are already checked one by one, but for the schedule's. */
export function stepLimits(owner: string, given: StepLimitsOptions): StepLimits {
  const { rmax = 3, dmax = 5, warmupSteps = 5000, schedule, limitsAt } = given;
  const names = stepLimitsNames.filter((name) => name in given);
  if (names.length > 1 && (schedule || limitsAt)) {
    const wanted = "one of schedule, limitsAt, or rmax, dmax and warmupSteps";
    throw new TypeError(expects(owner, wanted, names.join(", ")));
  }
  if (limitsAt) {
    return { limitsAt: (step) => checkedLimits(owner, limitsAt(step)), options: { limitsAt } };
  }
  const curves = schedule ? readSchedule(owner, schedule) : warmup({ rmax, dmax }, warmupSteps);
  // A layer gives its options away, and goes by them.
  for (const curve of [curves.rmax, curves.dmax]) [...curve, curve].forEach(Object.freeze);
  Object.freeze(curves);
  return {
    limitsAt: (step) => limitsOf(curves, step),
    options: schedule ? { schedule: curves } : { rmax, dmax, warmupSteps },
  };
}

/** The answer of a caller's function. */
function checkedLimits(owner: string, given: Limits): Limits {
  const limits = checkOptions(owner, given ?? {}, ["rmax", "dmax"]);
  if (!("rmax" in limits && "dmax" in limits)) {
    throw new TypeError(expects(owner, "limitsAt to return { rmax, dmax }", show(given)));
  }
  return limits;
}
