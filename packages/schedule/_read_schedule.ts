import { checkAtLeast, readFields, reading, show } from "./_check.ts";
import type { Knot, Schedule } from "./schedule.ts";

/** A schedule as a copy, read once; a `TypeError` or `RangeError` names the place that is wrong. */
export function readSchedule(owner: string, given: Schedule): Schedule {
  const { rmax, dmax } = readFields(owner, given, ["rmax", "dmax"]);
  return { rmax: readKnots(owner, "rmax", rmax, 1), dmax: readKnots(owner, "dmax", dmax, 0) };
}

function readKnots(owner: string, name: string, given: unknown, leastValue: number): Knot[] {
  const wanted = `${owner} expects ${name} to be a list of knots`;
  const length = reading(wanted, () => Array.isArray(given) ? given.length : 0);
  const knots: Knot[] = [];
  // By index, since other ways pass over holes.
  for (let i = 0; i < length; i++) {
    const place = `${name}[${i}]`;
    const wanted = `${owner} expects ${place} to be [step, value]`;
    let found: unknown;
    const knot = reading(wanted, () => {
      found = (given as readonly unknown[])[i];
      return Array.isArray(found) && found.length === 2 ? [found[0], found[1]] : null;
    });
    if (!knot) throw new TypeError(`${wanted}: got ${show(found)}`);
    const [step, value] = knot;
    checkAtLeast(owner, `the step of ${place}`, step, i === 0 ? 0 : knots[i - 1][0]);
    checkAtLeast(owner, `the value of ${place}`, value, leastValue);
    if (i > 1 && step === knots[i - 2][0]) {
      throw new RangeError(`${owner} expects at most two knots at a step: got ${place} at ${step}`);
    }
    knots.push([step, value]);
  }
  if (knots.length === 0) throw new TypeError(`${wanted}: got ${show(given)}`);
  return knots;
}
