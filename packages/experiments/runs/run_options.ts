/** The options that every experiment takes, and how they are read. */
import { join } from "node:path";

/** What those options say. */
export interface RunOptions {
  readonly seeds: readonly number[];
  /** Whether a few small runs are enough. */
  readonly quick: boolean;
  /** The folder of the results. */
  readonly out: string;
  /** Runs at a time. */
  readonly jobs: number;
  /** Whether JSON is all that is printed. */
  readonly json: boolean;
}

/** The options of the experiment of that name, for `parseArgs`. */
export function runOptions(name: string) {
  return {
    seeds: { type: "string" },
    quick: { type: "boolean", default: false },
    out: { type: "string", default: join("experiment", name) },
    jobs: { type: "string", default: String(navigator.hardwareConcurrency) },
    json: { type: "boolean", default: false },
  } as const;
}

/** Their lines in a help, whose second column starts at `column`. */
export function runOptionsHelp(name: string, seeds: readonly number[], column: number): string {
  const lines = [
    ["--seeds LIST", `of start and batches (default: ${seeds.join(",")})`],
    ["--quick", "a few small runs in seconds, to see that all works"],
    ["--out DIR", "folder of the results; runs that are finished there with the same"],
    ["", `settings are not done again (default: ${join("experiment", name)})`],
    ["--jobs N", "runs at a time (default: the cores of this machine)"],
    ["--json", "print the results as JSON and nothing else"],
    ["--help", "print this text, as -h does; --version prints the version"],
  ];
  return lines.map(([option, text]) => `  ${option.padEnd(column - 2)}${text}`).join("\n");
}

/**
 * Reads them.
 *
 * @param seeds what is done without `--seeds`; of these only the first with `--quick`
 * @throws {RangeError} for a number out of range or an empty folder
 */
export function readRunOptions(
  { seeds, quick, out, jobs, json }: {
    readonly seeds?: string;
    readonly quick: boolean;
    readonly out: string;
    readonly jobs: string;
    readonly json: boolean;
  },
  usual: readonly number[],
): RunOptions {
  if (out === "") throw new RangeError("--out expects a folder: got an empty name");
  return {
    seeds: seeds === undefined
      ? usual.slice(0, quick ? 1 : undefined)
      : list(seeds).map((text) => count("--seeds", text, 0)),
    ...{ quick, out, json },
    jobs: count("--jobs", jobs, 1),
  };
}

/** The different items of a list with commas. */
export function list(text: string): string[] {
  return [...new Set(text.split(","))];
}

/**
 * An option's integer.
 *
 * @throws {RangeError} for anything else, or one below the least
 */
export function count(option: string, text: string, least: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isInteger(value) && value >= least && value <= 0xffffffff) return value;
  throw new RangeError(`${option} expects an integer of at least ${least}: got ${text}`);
}

/**
 * An option's number.
 *
 * @throws {RangeError} for anything else, or one out of range
 */
export function number(option: string, text: string, least: number, most: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new RangeError(`${option} expects a number from ${least} to ${most}: got ${text}`);
}
