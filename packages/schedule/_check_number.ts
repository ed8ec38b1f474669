import { expects, show } from "./checks.ts";

/** Throws unless `value` is a number for which `holds` is true. */
export function checkNumber(
  owner: string,
  place: string,
  value: unknown,
  wanted: string,
  holds: (value: number) => boolean,
): asserts value is number {
  const text = () => expects(owner, `${place} to be ${wanted}`, show(value));
  if (typeof value !== "number") throw new TypeError(text());
  if (!holds(value)) throw new RangeError(text());
}

export function checkAtLeast(
  owner: string,
  place: string,
  value: unknown,
  least: number,
): asserts value is number {
  const holds = (v: number) => Number.isFinite(v) && v >= least;
  checkNumber(owner, place, value, `a finite number of at least ${least}`, holds);
}

export function checkCount(
  owner: string,
  place: string,
  value: unknown,
  least: number,
): asserts value is number {
  const holds = (v: number) => Number.isSafeInteger(v) && v >= least;
  checkNumber(owner, place, value, `an integer of at least ${least}`, holds);
}
