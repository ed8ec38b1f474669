import { parseArgs } from "node:util";
import { type Drawing, drawings } from "../data/drawing.ts";
import {
  count,
  list,
  number,
  readRunOptions,
  type RunOptions,
  runOptions,
  runOptionsHelp,
} from "../runs/run_options.ts";
import { type Norm, norms } from "../training/norms.ts";
import { defaultTraining, type TrainingSettings } from "./settings.ts";

/** What `deno task experiment digits` was asked for. */
export interface Arguments extends RunOptions {
  readonly norms: readonly Norm[];
  readonly batchSizes: readonly number[];
  readonly drawings: readonly Drawing[];
  readonly settings: TrainingSettings;
}

/** Seeds without `--seeds`. */
const seeds = [0, 1, 2];

/** Largest number that is taken: JSON has no infinity, and this is as good. */
const largest = 1e6;

/** The text of `--help`. */
export const help =
  `Trains a small network with batch norm, batch renorm, group norm and frozen batch norm on
handwritten digits, in small batches drawn at random and class by class.

Usage: deno task experiment digits [options]

What is trained
  --norms LIST          of ${norms.map(dashed).join(",")} (default: all)
  --batch-sizes LIST    (default: 2,4,32)
  --drawings LIST       of ${drawings.map(dashed).join(",")} (default: both)
How
  --epochs N            (default: ${defaultTraining.epochs})
  --learning-rate X     at the start, for every batch size (default: ${
    Object.values(defaultTraining.learningRates).join(", ")
  }
                        for batches of ${Object.keys(defaultTraining.learningRates).join(", ")})
  --momentum X          weight of the new batch in running statistics (default: ${defaultTraining.momentum})
  --rmax X, --dmax X    limits of batch renorm (default: ${defaultTraining.limits.rmax}, ${defaultTraining.limits.dmax})
  --warmup X            share of the steps over which they open (default: ${defaultTraining.warmupShare})
  --hold-out            test on a fifth of the training images, for tuning
Which runs, and where
${runOptionsHelp("digits", seeds, 24)}

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

/**
 * Reads the command line.
 *
 * @throws {TypeError} for an unknown option or word
 * @throws {RangeError} for a number out of range
 */
export function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      norms: { type: "string", default: norms.map(dashed).join(",") },
      "batch-sizes": { type: "string" },
      drawings: { type: "string", default: drawings.map(dashed).join(",") },
      epochs: { type: "string" },
      "learning-rate": { type: "string" },
      momentum: { type: "string", default: String(defaultTraining.momentum) },
      rmax: { type: "string", default: String(defaultTraining.limits.rmax) },
      dmax: { type: "string", default: String(defaultTraining.limits.dmax) },
      warmup: { type: "string", default: String(defaultTraining.warmupShare) },
      "hold-out": { type: "boolean", default: false },
      ...runOptions("digits"),
    },
  });
  const { quick } = values;
  const batchSizes = list(values["batch-sizes"] ?? (quick ? "32" : "2,4,32")).map((text) =>
    count("--batch-sizes", text, 2)
  );
  const rate = values["learning-rate"];
  const learningRates = rate === undefined ? defaultTraining.learningRates : Object.fromEntries(
    batchSizes.map((size) => [size, number("--learning-rate", rate, 0, largest)]),
  );
  return {
    ...readRunOptions(values, seeds),
    norms: list(values.norms).map((text) => oneOf("--norms", text, norms)),
    batchSizes,
    drawings: list(values.drawings).map((text) => oneOf("--drawings", text, drawings)),
    settings: {
      ...defaultTraining,
      holdOut: values["hold-out"],
      epochs: count("--epochs", values.epochs ?? `${quick ? 1 : defaultTraining.epochs}`, 1),
      learningRates,
      momentum: number("--momentum", values.momentum, 0, 1),
      limits: {
        rmax: number("--rmax", values.rmax, 1, largest),
        dmax: number("--dmax", values.dmax, 0, largest),
      },
      warmupShare: number("--warmup", values.warmup, 0, 1),
    },
  };
}

/** A name as the command line has it. */
function dashed(name: string): string {
  return name.replaceAll(" ", "-");
}

function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((name) => dashed(name) === text);
  if (found === undefined) {
    throw new TypeError(`${option} expects ${known.map(dashed).join(", ")}: got ${text}`);
  }
  return found;
}
