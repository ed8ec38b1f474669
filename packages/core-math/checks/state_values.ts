/** The values of a state dict, which may be typed arrays, number lists, numbers and bigints. */
import { expects, readFields, reading, show } from "@renorm/schedule/checks";
import { checkOption, mostChannels } from "./options.ts";

/** Reads an array of numbers, one per channel where that is told, as a copy. */
export function readNumbers(
  owner: string,
  what: string,
  vector: unknown,
  channels?: number,
): Float64Array {
  const count = channels === undefined ? "" : `${channels} `;
  const refuse = (got: string) =>
    new TypeError(expects(owner, `${what} to be an array of ${count}numbers`, got));
  const length = typeof vector === "object" && vector &&
    readFields(owner, what, vector, ["length"]).length;
  if (typeof length !== "number") throw refuse(show(vector));
  const isCount = Number.isSafeInteger(length) && length >= 0 && length <= mostChannels;
  if (channels === undefined ? !isCount : length !== channels) throw refuse(`${length} of them`);
  const values = new Float64Array(length);
  for (let c = 0; c < length; c++) {
    const value = reading(owner, what, () => (vector as ArrayLike<unknown>)[c]);
    if (typeof value !== "number") throw refuse(show(value));
    values[c] = value;
  }
  return values;
}

/**
 * The same for a running mean, which is finite, or a running variance, which is also at least 0.
 */
export function readStatistics(
  owner: string,
  what: string,
  vector: unknown,
  channels: number | undefined,
  isVariance: boolean,
): Float64Array {
  const values = readNumbers(owner, what, vector, channels);
  const isWrong = (value: number) =>
    !Number.isFinite(Math.fround(value)) || isVariance && value < 0;
  const c = values.findIndex(isWrong);
  if (c < 0) return values;
  const wanted = `${what} to be ${isVariance ? "finite and at least 0" : "finite"}`;
  throw new RangeError(expects(owner, wanted, `${values[c]} in channel ${c}`));
}

/** Reads a counter under its key; undefined where there is none. */
export function readCount(owner: string, key: string, given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const count = typeof given === "bigint" ? Number(given) : given;
  checkOption(owner, key, count);
  return count as number;
}
