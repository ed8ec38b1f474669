import { expects, show } from "./errors.ts";

/**
 * Reads the named fields of a plain object or class instance once each, own and inherited. Another
 * name is an error, and so is a list, a Map or a promise, which would read as if it had no fields.
 *
 * @param wanted What the object should be, in words.
 * @param among What its names are.
 */
export function readPlain<Name extends string>(
  owner: string,
  wanted: string,
  among: string,
  value: unknown,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof value !== "object" || reading(owner, among, () => tagOf(value)) !== "Object") {
    throw new TypeError(expects(owner, wanted, show(value)));
  }
  const unknown = reading(owner, among, () => {
    for (const name in value) if (!(names as readonly string[]).includes(name)) return name;
  });
  if (unknown !== undefined) {
    throw new TypeError(expects(owner, `${among} among ${names.join(", ")}`, show(unknown)));
  }
  return readFields(owner, among, value, names);
}

/** Reads the named fields of an object once each, own and inherited; undefined is absent. */
export function readFields<Name extends string>(
  owner: string,
  what: string,
  value: unknown,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(expects(owner, `${what} to be an object`, show(value)));
  }
  return reading(owner, what, () => {
    const fields: Partial<Record<Name, unknown>> = {};
    for (const name of names) {
      const field = (value as Record<Name, unknown>)[name];
      if (field !== undefined) fields[name] = field;
    }
    return fields;
  });
}

/** What `read` gives; a getter or a proxy that throws is an error of the owner. */
export function reading<T>(owner: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(expects(owner, `${what} that can be read`, String(error)));
  }
}

/** What a value is, of this realm or another: `"Object"`, `"Map"`, `"Float32Array"`. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
