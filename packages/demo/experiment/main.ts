/** `deno task experiment`: the norms trained side by side in small batches. */
import { join } from "node:path";
import { runTask } from "@renorm/terminal/run_task";
import { type Arguments, help, readArguments } from "./read_arguments.ts";
import { type ExperimentResults, resultsJson, textReport } from "./results.ts";
import { openRunStore } from "./run_store.ts";
import { describeRun, grid, type Run } from "./settings.ts";
import type { RunResult } from "./train.ts";
import { trainInWorkers } from "./train_in_workers.ts";
import { openView } from "./view.ts";
import { writeReport } from "./write_report.ts";

async function experiment(given: Arguments): Promise<void> {
  const { out, json } = given;
  const results = await runAll(given);
  await writeReport(out, results);
  if (json) {
    console.log(resultsJson(results).trimEnd());
  } else {
    console.log(`
${textReport(results)}
`);
    console.log(`The same with charts: ${join(out, "report.html")}`);
  }
}

/** Trains what is not there yet; the results are in the order of the grid. */
async function runAll(
  { settings, out, jobs, json, ...choice }: Arguments,
): Promise<ExperimentResults> {
  const store = await openRunStore(join(out, "runs"));
  const runs = grid(choice);
  const found = await Promise.all(runs.map((run) => store.load(run, settings)));
  const missing = runs.filter((_, i) => found[i] === null);
  const view = await openView(missing.length, json);
  if (missing.length < runs.length) {
    view.say(`${runs.length - missing.length} of ${runs.length} runs are already in ${out}`);
  }
  const trained = new Map<Run, RunResult>();
  try {
    await trainInWorkers(missing, settings, jobs, {
      onProgress: view.progress,
      async onResult(result) {
        await store.save(result);
        // The worker's copy of the run is another object.
        trained.set(missing.find((run) => describeRun(run) === describeRun(result.run))!, result);
        view.finished(result);
      },
    });
  } finally {
    view.end();
  }
  const results = runs.map((run, i) => {
    const { epochs } = (found[i] ?? trained.get(run))!;
    return { run, epochs };
  });
  return { settings, runs: results };
}

await runTask({ name: "experiment", help, read: readArguments, run: experiment });
