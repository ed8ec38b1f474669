/** Lists and records of a caller, read once. */
import { expects, reading, show, tagOf } from "@renorm/schedule/checks";

/** The parts of an array. */
export function readList(owner: string, wanted: string, value: unknown): unknown[] {
  const read = reading(owner, wanted, () => Array.isArray(value) ? Array.from(value) : null);
  if (!read) throw new TypeError(expects(owner, wanted, show(value)));
  return read;
}

/** The names and values of a plain object or class instance. */
export function readRecord(owner: string, wanted: string, value: unknown): [string, unknown][] {
  const isRecord = () => typeof value === "object" && value !== null && tagOf(value) === "Object";
  const read = reading(owner, wanted, () => isRecord() ? Object.entries(value as object) : null);
  if (!read) throw new TypeError(expects(owner, wanted, show(value)));
  return read;
}
