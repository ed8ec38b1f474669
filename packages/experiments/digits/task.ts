/** `deno task experiment digits`: the norms trained side by side in small batches. */
import type { Task } from "@renorm/terminal/run_task";
import { resultsJson } from "../report/results_json.ts";
import { tellReport } from "../report/tell_report.ts";
import { runAll } from "../runs/run_all.ts";
import { charts } from "./charts/charts.ts";
import { digitsExperiment } from "./experiment.ts";
import { type Arguments, help, readArguments } from "./read_arguments.ts";
import { htmlReport } from "./report/html_report.ts";
import { textReport } from "./report/results.ts";
import { grid } from "./settings.ts";

async function run({ settings, out, jobs, json, ...choice }: Arguments): Promise<void> {
  const wanted = { runs: grid(choice), settings, out, jobs, isSilent: json };
  const trained = await runAll(digitsExperiment, wanted);
  const results = { settings, runs: trained.map(({ run, epochs }) => ({ run, epochs })) };
  const report = {
    json: resultsJson(results),
    html: htmlReport(results),
    charts: charts(results),
  };
  await tellReport({ out, json }, report, textReport(results));
}

/** What is run. */
export const task: Task<Arguments> = {
  name: "experiment digits",
  help,
  read: readArguments,
  run,
};
