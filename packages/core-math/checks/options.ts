/**
 * Options as data: what each may be. One call checks the names and values of a whole options
 * object; an option that is absent or `undefined` takes its default later.
 */
import { expects, reading, readPlain, show } from "@renorm/schedule/checks";

/** The type of an option, what is wanted of it in words, whether a value will do, and the most. */
type Rule = readonly [
  type: "number" | "boolean" | "string" | "object" | "function",
  wanted: string,
  holds?: (value: never) => boolean,
  most?: number,
];

/** Channels that a layer may have: beyond it, a layer of empty batches would take gigabytes. */
export const mostChannels: number = 2 ** 24;

const atLeast = (least: number): Rule => [
  "number",
  `a number of at least ${least}`,
  (value: number) => value >= least,
];

const count = (
  least: number,
): [type: "number", wanted: string, holds: (value: number) => boolean] => [
  "number",
  `an integer of at least ${least}`,
  (value: number) => Number.isSafeInteger(value) && value >= least,
];

const choice = (...choices: string[]): Rule => [
  "string",
  choices.map(show).join(" or "),
  (value: string) => choices.includes(value),
];

const boolean: Rule = ["boolean", "true or false"];

const rules: Readonly<Record<string, Rule>> = {
  affine: boolean,
  dmax: atLeast(0),
  // Beyond the largest float32 it would be infinite where the arithmetic is float32.
  eps: ["number", "finite and above 0", (value: number) => value > 0 && value < Infinity, 3.4e38],
  forward: ["function", "a function"],
  includeFrozen: boolean,
  layers: ["object", "an object"],
  layout: choice("channels-first", "channels-last"),
  limitsAt: ["function", "a function"],
  m: count(0),
  mask: ["object", "0 and 1 for each position"],
  mode: boolean,
  moments: ["object", "moments or an array of them"],
  momentum: ["number", "a number in [0, 1]", (value: number) => value >= 0 && value <= 1],
  normalizeBy: choice("batch", "running"),
  num_batches_tracked: count(0),
  numFeatures: [...count(1), mostChannels],
  onNonFinite: choice("skip", "throw", "propagate"),
  onProgress: ["function", "a function"],
  onSingleValue: choice("throw", "running"),
  out: ["object", "a tensor"],
  passes: count(1),
  renorm_step: count(0),
  rmax: atLeast(1),
  runningVariance: choice("biased", "unbiased"),
  samples: count(0),
  schedule: ["object", "a schedule"],
  skippedUpdates: count(0),
  trackRunningStats: boolean,
  updateStats: boolean,
  warmupSteps: count(0),
};

/**
 * Reads options once, own and inherited ones, and checks them: a `TypeError` for what is no plain
 * object or class instance, for a name that is not in `names` and for a value of the wrong type, a
 * `RangeError` for a value out of range. What is absent or `undefined` is absent in the result;
 * null is let through for the names in `nullable` alone.
 */
export function checkOptions<T extends object>(
  owner: string,
  options: T,
  names: readonly string[],
  nullable: readonly string[] = [],
): T {
  const given = readPlain(owner, "options to be an object", "options", options, names);
  for (const name in given) {
    // The value of a getter may change later, and would not here. A class may have some.
    if (reading(owner, name, () => Object.getOwnPropertyDescriptor(options, name)?.get)) {
      throw new TypeError(expects(owner, `${name} to be a value`, "a getter"));
    }
    if (given[name] !== null || !nullable.includes(name)) checkOption(owner, name, given[name]);
  }
  return given as T;
}

/** The same for one value that must be there. */
export function checkOption(owner: string, name: string, value: unknown): void {
  const [type, wanted, holds, most] = rules[name];
  const text = (wanted: string) => expects(owner, `${name} to be ${wanted}`, show(value));
  if (typeof value !== type || value === null) throw new TypeError(text(wanted));
  if (holds && !holds(value as never)) throw new RangeError(text(wanted));
  if (most && value as number > most) throw new RangeError(text(`at most ${most}`));
}
