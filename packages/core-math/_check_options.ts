/**
 * Options as data: what each may be. One call checks the names and values of a whole options
 * object; an option that is absent or `undefined` takes its default later.
 */
import { expects, show } from "./_check.ts";

/** The type of an option, what is wanted of it in words, and whether a value of it will do. */
type Rule = readonly [
  type: "number" | "boolean" | "string" | "object" | "function",
  wanted: string,
  holds?: (value: never) => boolean,
];

const atLeast = (least: number): Rule => [
  "number",
  `a number of at least ${least}`,
  (value: number) => value >= least,
];

const count = (least: number): Rule => [
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
  eps: ["number", "finite and above 0", (value: number) => value > 0 && value < Infinity],
  layout: choice("channels-first", "channels-last"),
  limitsAt: ["function", "a function"],
  m: count(0),
  mode: boolean,
  momentum: ["number", "a number in [0, 1]", (value: number) => value >= 0 && value <= 1],
  num_batches_tracked: count(0),
  numFeatures: count(1),
  onNonFinite: choice("skip", "throw", "propagate"),
  out: ["object", "a tensor"],
  renorm_step: count(0),
  rmax: atLeast(1),
  runningVariance: choice("biased", "unbiased"),
  trackRunningStats: boolean,
  updateStats: boolean,
  warmupSteps: count(0),
};

/**
 * Throws a `TypeError` for a name that is not in `names` or a value of the wrong type, and a
 * `RangeError` for a value out of range.
 */
export function checkOptions(owner: string, options: object, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(expects(owner, "options to be an object", show(options)));
  }
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) {
      throw new TypeError(expects(owner, `options among ${names.join(", ")}`, show(name)));
    }
    if (value !== undefined) checkOption(owner, name, value);
  }
}

/** The same for one value that must be there. */
export function checkOption(owner: string, name: string, value: unknown): void {
  const [type, wanted, holds] = rules[name];
  const text = () => expects(owner, `${name} to be ${wanted}`, show(value));
  if (typeof value !== type || value === null) throw new TypeError(text());
  if (holds && !holds(value as never)) throw new RangeError(text());
}
