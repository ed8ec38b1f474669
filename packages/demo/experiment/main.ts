/** `deno task experiment`: the norms trained side by side in small batches. */
import { join } from "node:path";
import process from "node:process";
import { percent } from "../results.ts";
import { type Arguments, help, readArguments } from "./read_arguments.ts";
import { type ExperimentResults, resultsJson, textReport } from "./results.ts";
import { openRunStore } from "./run_store.ts";
import { describeRun, grid, type Run } from "./settings.ts";
import type { Progress, RunResult } from "./train.ts";
import { trainInWorkers } from "./train_in_workers.ts";
import { writeReport } from "./write_report.ts";

async function main(args: string[]): Promise<number> {
  let given: Arguments | "help";
  try {
    given = readArguments(args);
  } catch (error) {
    console.error(`experiment: ${(error as Error).message}`);
    return 2;
  }
  if (given === "help") {
    console.log(help.trimEnd());
    return 0;
  }
  const { out, json } = given;
  try {
    const results = await runAll(given);
    await writeReport(out, results);
    if (json) {
      console.log(resultsJson(results).trimEnd());
    } else {
      console.log(`\n${textReport(results)}\n`);
      console.log(`The same with charts: ${join(out, "report.html")}`);
    }
    return 0;
  } catch (error) {
    console.error(`experiment: ${(error as Error).message}`);
    return 1;
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
  const view = json ? silent : hasRoom() ? await bar(missing.length) : lines(missing.length);
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

/** What is seen while runs are trained. */
interface View {
  say(text: string): void;
  progress(run: Run, progress: Progress): void;
  finished(result: RunResult): void;
  end(): void;
}

const silent: View = { say() {}, progress() {}, finished() {}, end() {} };

/** What a shell gives a command that was ended by Ctrl+C. */
const interrupted = 130;

/** Whether standard output is a terminal that is wide enough for a bar and the state of a run. */
function hasRoom(): boolean {
  return Deno.stdout.isTerminal() && Deno.consoleSize().columns >= 112;
}

/** A line a finished run; where there is no wide terminal. */
function lines(count: number): View {
  let done = 0;
  return {
    ...silent,
    say: (text) => console.log(text),
    finished: (result) => console.log(`${++done}/${count} ${resultLine(result)}`),
  };
}

/** A bar over the steps of all runs, with the state of the run that moved last. */
async function bar(count: number): Promise<View> {
  const { log, progress } = await import("@clack/prompts");
  const fine = 100;
  const view = progress({
    max: Math.max(1, count * fine),
    size: 20,
    indicator: "timer",
    cancelMessage: "Stopped; the same command goes on after the last finished run",
    onCancel: () => Deno.exit(interrupted),
  });
  // The bar takes the key Ctrl+C for itself and ends with 0.
  const onExit = () => {
    process.exitCode = interrupted;
  };
  process.once("exit", onExit);
  const reached = new Map<Run, number>();
  let done = 0;
  view.start(`0 of ${count} runs`);
  return {
    say: (text) => log.info(text),
    progress(run, { step, steps, loss, epochs }) {
      const now = Math.floor(fine * step / steps);
      const state = epochs.length === 0
        ? ""
        : `, reads ${percent(epochs[epochs.length - 1].evalMode.accuracy)}`;
      view.advance(
        now - (reached.get(run) ?? 0),
        `${done} of ${count} runs; ${run.norm} ${run.batchSize} ${run.drawing}: loss ${
          loss.toFixed(2)
        }${state}`,
      );
      reached.set(run, now);
    },
    finished: () => void done++,
    end() {
      process.off("exit", onExit);
      view.stop(`${done} of ${count} runs trained`);
    },
  };
}

function resultLine({ run, epochs, seconds }: RunResult): string {
  const { evalMode, trainingMode } = epochs[epochs.length - 1];
  return `${describeRun(run)}: ${percent(evalMode.accuracy)} in eval mode, ` +
    `${percent(trainingMode.accuracy)} in training mode, ${seconds.toFixed(0)} s`;
}

Deno.exit(await main(Deno.args));
