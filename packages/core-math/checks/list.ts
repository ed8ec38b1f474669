import { expects, reading, show } from "@renorm/schedule/checks";

/** The parts of an array of a caller, read once. */
export function readList(owner: string, wanted: string, value: unknown): unknown[] {
  const read = reading(owner, wanted, () => Array.isArray(value) ? Array.from(value) : null);
  if (!read) throw new TypeError(expects(owner, wanted, show(value)));
  return read;
}
