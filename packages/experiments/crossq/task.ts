/** `deno task experiment crossq`: CrossQ with three norms, and SAC, on Pendulum-v1. */
import { parseArgs } from "node:util";
import type { Task } from "@renorm/terminal/run_task";
import { tellReport } from "../report/tell_report.ts";
import { runAll } from "../runs/run_all.ts";
import {
  readRunOptions,
  type RunOptions,
  runOptions,
  runOptionsHelp,
} from "../runs/run_options.ts";
import { crossqExperiment } from "./experiment.ts";
import { htmlReport } from "./html_report.ts";
import { resultsJson, resultsOf, textReport } from "./results.ts";
import { returnChart } from "./return_chart.ts";
import { defaultSettings, grid, quickSettings } from "./settings.ts";

/** Seeds without `--seeds`. */
const seeds = [0, 1, 2, 3, 4];

const help = `Trains an agent to swing up a pendulum and hold it, by CrossQ (Bhatt et al. 2024) with
batch renorm, batch norm and no norm, and by SAC with target networks; tells returns by steps.

Usage: deno task experiment crossq [options]

${runOptionsHelp("crossq", seeds, 16)}

A run takes 8 to 16 seconds of a core, all of them some ten minutes.

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

/** What is run. */
export const task: Task<RunOptions> = {
  name: "experiment crossq",
  help,
  read: (args) => readRunOptions(parseArgs({ args, options: runOptions("crossq") }).values, seeds),
  async run({ seeds, quick, out, jobs, json }) {
    const settings = quick ? quickSettings : defaultSettings;
    const wanted = { runs: grid(seeds), settings, out, jobs, isSilent: json };
    const results = resultsOf(await runAll(crossqExperiment, wanted));
    const chart = returnChart(results);
    const files = { html: htmlReport(results, chart), charts: [chart] };
    const report = { json: resultsJson(results), ...files };
    await tellReport({ out, json }, report, textReport(results));
  },
};
