import { expects, show } from "../checks/tensors.ts";
import { checkOptions } from "../checks/options.ts";
import type { Printed } from "./print_layer.ts";
import type { Limits } from "../renorm_correction.ts";

/** The options that say how far batch renorm may correct at each step. */
export interface StepLimitsOptions {
  /** Largest r after the warm-up, at least 1. Default 3. */
  rmax?: number;
  /** Largest |d| after the warm-up, at least 0. Default 5. */
  dmax?: number;
  /** Training forwards over which the limits open linearly from 1 and 0. Default 5000. */
  warmupSteps?: number;
  /**
   * The limits of the k-th training forward, k from 1, instead of the three above: for the other
   * schedules of `@renorm/schedule`, `(step) => limitsAt(schedule, step)`.
   */
  limitsAt?: (step: number) => Limits;
}

/** The names of {@linkcode StepLimitsOptions}. */
export const stepLimitsNames: readonly string[] = ["rmax", "dmax", "warmupSteps", "limitsAt"];

/** How far a layer corrects at each step. */
export interface LimitsSchedule {
  /** The limits of a step. */
  readonly limitsAt: (step: number) => Limits;
  /** The options that `printLayer` prints. */
  readonly printed: Readonly<Record<string, Printed>>;
}

/** The schedule that `options` ask for, which are already checked one by one. */
export function limitsSchedule(owner: string, options: StepLimitsOptions): LimitsSchedule {
  const { rmax = 3, dmax = 5, warmupSteps = 5000, limitsAt } = options;
  if (!limitsAt) {
    return {
      limitsAt: (step) => linearWarmup(rmax, dmax, warmupSteps, step),
      printed: { rmax, dmax, warmup_steps: `${warmupSteps}` },
    };
  }
  if ([options.rmax, options.dmax, options.warmupSteps].some((value) => value !== undefined)) {
    const wanted = "either limitsAt or rmax, dmax and warmupSteps";
    throw new TypeError(expects(owner, wanted, "both"));
  }
  return {
    limitsAt(step) {
      const given = limitsAt(step);
      const limits = checkOptions(owner, given ?? {}, ["rmax", "dmax"]);
      if (limits.rmax === undefined || limits.dmax === undefined) {
        throw new TypeError(expects(owner, "limitsAt to return { rmax, dmax }", show(given)));
      }
      return limits;
    },
    printed: { limits_at: "custom" },
  };
}

/** The notebook's warm-up: linear from (1, 0) at step 0 to (rmax, dmax) at `warmupSteps`. */
function linearWarmup(rmax: number, dmax: number, warmupSteps: number, step: number): Limits {
  if (step >= warmupSteps) return { rmax, dmax };
  const open = step / warmupSteps;
  // At step 0 an open limit would give 0 · Infinity.
  return step === 0 ? { rmax: 1, dmax: 0 } : { rmax: 1 + (rmax - 1) * open, dmax: dmax * open };
}
