/** What of an object's fields, or of a list, stands between a layer and the one after it. */

/** Whether an object's entries are its layers and all that is called between them, in order. */
export function isList(parent: object): boolean {
  return Array.isArray(parent) || parent instanceof Map || parent instanceof Set;
}

/**
 * What stands between two places of `parent`; null for nothing. In a list that is whatever is
 * there. Of an object's fields it is a function, an object that is no data, and the name of an
 * activation.
 */
export function standsBetween(parent: object, first: string, second: string): string | null {
  const entries = entriesOf(parent);
  const [from, to] = [first, second].map((name) => entries.findIndex(([key]) => key === name));
  for (const [key, value] of entries.slice(from + 1, to)) {
    if (value === null || value === undefined) continue;
    if (typeof value === "function") return "a function";
    if (isList(parent)) return `${typeof value === "object" ? "an object" : value}`;
    if (typeof value === "string" && isActivation(key)) return value;
    if (typeof value === "object" && !isNumbers(value)) return key;
  }
  return null;
}

/** Whether a field is called as an activation is. */
export function isActivation(field: string): boolean {
  return /^_?(activation\w*|act(_?(fn|func|layer))?|non_?linearity|relu)$/i.test(field);
}

function entriesOf(parent: object): [string, unknown][] {
  if (parent instanceof Map) return [...parent].map(([key, value]) => [String(key), value]);
  return parent instanceof Set
    ? [...parent].map((value, i) => [String(i), value])
    : Object.entries(parent);
}

function isNumbers(value: object): boolean {
  return ArrayBuffer.isView(value) ||
    Array.isArray(value) && value.every((item) => typeof item === "number");
}
