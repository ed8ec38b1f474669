import { checkAtLeast } from "./_check_number.ts";
import { expects, reading, readPlain, show } from "./checks.ts";
import type { Knot, Schedule } from "./schedule.ts";

/** A schedule as a copy, read once; a `TypeError` or `RangeError` names the place that is wrong. */
export function readSchedule(owner: string, given: unknown): Schedule {
  const wanted = "an object with rmax, dmax";
  const { rmax, dmax } = readPlain(owner, wanted, "keys", given, ["rmax", "dmax"]);
  return { rmax: readKnots(owner, "rmax", rmax, 1), dmax: readKnots(owner, "dmax", dmax, 0) };
}

function readKnots(owner: string, name: string, given: unknown, leastValue: number): Knot[] {
  const length = reading(owner, name, () => Array.isArray(given) ? given.length : 0);
  if (length === 0) {
    throw new TypeError(expects(owner, `${name} to be a list of knots`, show(given)));
  }
  const knots: Knot[] = [];
  // By index, since other ways pass over holes.
  for (let i = 0; i < length; i++) {
    const place = `${name}[${i}]`;
    const knot = reading(owner, place, () => {
      const found = (given as readonly unknown[])[i];
      return Array.isArray(found) ? found.slice(0, 3) : found;
    });
    if (!Array.isArray(knot) || knot.length !== 2) {
      throw new TypeError(expects(owner, `${place} to be [step, value]`, show(knot)));
    }
    const [step, value] = knot;
    checkAtLeast(owner, `the step of ${place}`, step, i === 0 ? 0 : knots[i - 1][0]);
    checkAtLeast(owner, `the value of ${place}`, value, leastValue);
    if (i > 1 && step === knots[i - 2][0]) {
      throw new RangeError(expects(owner, "at most two knots at a step", `${place} at ${step}`));
    }
    knots.push([step, value]);
  }
  return knots;
}
