/** Checks of the public edge: what was wanted, then what came. */

/** A value as it reads in an error. It never throws. */
export function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  try {
    const text = typeof value === "object" || typeof value === "string"
      ? JSON.stringify(value)
      : String(value);
    return text.length > 200 ? `${text.slice(0, 200)}…` : text;
  } catch {
    return "an object that JSON cannot hold";
  }
}

/** Throws unless `value` is a number for which `holds` is true. */
export function checkNumber(
  owner: string,
  place: string,
  value: unknown,
  wanted: string,
  holds: (value: number) => boolean,
): asserts value is number {
  const text = () => `${owner} expects ${place} to be ${wanted}: got ${show(value)}`;
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

/**
 * Reads the fields of an object once each, own and inherited. Throws a `TypeError` for what is no
 * plain object or class instance, cannot be read or has a key that is not in `keys`.
 */
export function readFields<T extends object>(
  owner: string,
  value: T,
  keys: readonly (string & keyof T)[],
): { [Key in keyof T]?: unknown } {
  const wanted = `${owner} expects an object with ${keys.join(", ")}`;
  const isPlain = () => Object.prototype.toString.call(value) === "[object Object]";
  if (typeof value !== "object" || !reading(wanted, isPlain)) {
    throw new TypeError(`${wanted}: got ${show(value)}`);
  }
  const unknown = reading(wanted, () => {
    for (const key in value) if (!(keys as readonly string[]).includes(key)) return key;
  });
  if (unknown !== undefined) throw new TypeError(`${wanted}: got ${show(unknown)}`);
  return reading(wanted, () => {
    const fields: { [Key in keyof T]?: unknown } = {};
    for (const key of keys) fields[key] = value[key];
    return fields;
  });
}

/** What `read` gives; a getter or a proxy that throws is an error of the owner. */
export function reading<T>(wanted: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TypeError(`${wanted}: got one that cannot be read`, { cause });
  }
}
