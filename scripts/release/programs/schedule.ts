/** What a user of `@renorm/schedule` writes: limits for a layer, which come from elsewhere. */
import { limitsAt, linearWarmup } from "@renorm/schedule";
import { limits, type Losses } from "./problem.ts";

/** Takes the limits of the last step of the warm-up; there is no training in this package. */
export function train(): Losses {
  const { rmax, dmax } = limitsAt(linearWarmup(limits), limits.warmupSteps);
  if (rmax !== limits.rmax || dmax !== limits.dmax) {
    throw new Error(
      `expected rmax ${limits.rmax} and dmax ${limits.dmax}: got ${rmax} and ${dmax}`,
    );
  }
  return {};
}
