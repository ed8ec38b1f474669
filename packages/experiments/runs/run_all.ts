/** The one way in which an experiment's runs are done, kept, taken up again and shown. */
import { join } from "node:path";
import { runInWorkers } from "./run_in_workers.ts";
import { type FinishedRun, openRunStore } from "./run_store.ts";
import { openView, type Steps, type Words } from "./run_view.ts";

/** An experiment, so far as its runs are concerned. */
export interface Experiment<Result extends FinishedRun<unknown, unknown>, Progress extends Steps> {
  /** The module of a worker that takes its runs by `takeRuns`. */
  readonly worker: string;
  readonly words: Words<Result, Progress>;
}

/** What is asked for. */
export interface Wanted<Result extends FinishedRun<unknown, unknown>> {
  readonly runs: readonly Result["run"][];
  readonly settings: Result["settings"];
  /** The folder of the experiment's files; the runs are in `runs` in it. */
  readonly out: string;
  /** Workers at a time. */
  readonly jobs: number;
  /** Whether nothing is shown. */
  readonly isSilent: boolean;
}

/** Does what is not kept yet, keeping each result; gives all results in the order of the runs. */
export async function runAll<Result extends FinishedRun<unknown, unknown>, Progress extends Steps>(
  { worker, words }: Experiment<Result, Progress>,
  { runs, settings, out, jobs, isSilent }: Wanted<Result>,
): Promise<Result[]> {
  const store = await openRunStore<Result>(join(out, "runs"), words.run);
  const results = new Map<Result["run"], Result>();
  for (const run of runs) {
    const kept = await store.load(run, settings);
    if (kept !== null) results.set(run, kept);
  }
  const missing = runs.filter((run) => !results.has(run));
  const view = await openView(missing.length, isSilent, words);
  if (missing.length < runs.length) {
    view.say(`${runs.length - missing.length} of ${runs.length} runs are already in ${out}`);
  }
  try {
    await runInWorkers<Result, Progress>({ worker, runs: missing, settings, jobs }, {
      onProgress: view.progress,
      async onResult(result) {
        await store.save(result);
        results.set(result.run, result);
        view.finished(result);
      },
    });
  } finally {
    view.end();
  }
  return runs.map((run) => results.get(run)!);
}
