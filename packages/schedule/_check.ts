/** Checks of the public edge: what was wanted, then what came. */

export function show(value: unknown): string {
  return typeof value === "number" || value === undefined ? String(value) : JSON.stringify(value);
}

/** Throws unless `value` is a number for which `holds` is true. */
export function checkNumber(
  owner: string,
  place: string,
  value: unknown,
  wanted: string,
  holds: (value: number) => boolean,
): asserts value is number {
  const text = `${owner} expects ${place} to be ${wanted}: got ${show(value)}`;
  if (typeof value !== "number") throw new TypeError(text);
  if (!holds(value)) throw new RangeError(text);
}

export function checkAtLeast(owner: string, place: string, value: unknown, least: number): void {
  const holds = (v: number) => Number.isFinite(v) && v >= least;
  checkNumber(owner, place, value, `a finite number of at least ${least}`, holds);
}

export function checkCount(owner: string, place: string, value: unknown, least: number): void {
  const holds = (v: number) => Number.isSafeInteger(v) && v >= least;
  checkNumber(owner, place, value, `an integer of at least ${least}`, holds);
}

/** Throws a `TypeError` when `value` is no object or has a key that is not in `keys`. */
export function checkKeys(owner: string, value: unknown, keys: readonly string[]): void {
  const wanted = `${owner} expects an object with ${keys.join(", ")}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${wanted}: got ${show(value)}`);
  }
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new TypeError(`${wanted}: got ${show(unknown)}`);
}
