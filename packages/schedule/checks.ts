/**
 * What every error of these packages says, `<owner> expects <wanted>: got <what came>`, and how the
 * objects of a caller are read: once, own and inherited fields alike.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPlain } from "@renorm/schedule/checks";
 *
 * const read = (options: unknown) =>
 *   readPlain("train", "options to be an object", "options", options, ["steps"]);
 * assert.deepEqual(read({ steps: 5 }), { steps: 5 });
 * assert.throws(() => read({ step: 5 }), {
 *   message: 'train expects options among steps: got "step"',
 * });
 * ```
 *
 * @module
 */
/** A value as it reads in an error: arrays as `[4, 8]`, strings in quotes. It never throws. */
export function show(value: unknown, depth = 2): string {
  try {
    if (Array.isArray(value)) {
      // A hole reads as undefined; of a circle or a long list the start.
      const start = value.slice(0, depth && 16);
      return `[${Array.from(start, (part) => show(part, depth - 1)).join(", ")}]`;
    }
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "function") return "a function";
    if (typeof value !== "object" || value === null) return String(value);
    return `${value.constructor?.name || "an object"}`;
  } catch {
    return "an object that cannot be read";
  }
}

/** The text of every error: `<owner> expects <wanted>: got <what came>`. */
export function expects(owner: string, wanted: string, got: string): string {
  return `${owner} expects ${wanted}: got ${got}`;
}

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
  let fields: Partial<Record<Name, unknown>> = {};
  const wrong = reading(owner, among, () => {
    if (typeof value !== "object" || tagOf(value) !== "Object") return [wanted, show(value)];
    for (const name in value) {
      const isKnown = (names as readonly string[]).includes(name);
      if (!isKnown) return [`${among} among ${names.join(", ")}`, show(name)];
    }
    fields = pick(value, names);
  });
  if (wrong) throw new TypeError(expects(owner, wrong[0], wrong[1]));
  return fields;
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
  return reading(owner, what, () => pick(value, names));
}

function pick<Name extends string>(value: unknown, names: readonly Name[]) {
  const fields: Partial<Record<Name, unknown>> = {};
  for (const name of names) {
    const field = (value as Record<Name, unknown>)[name];
    if (field !== undefined) fields[name] = field;
  }
  return fields;
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
