import process from "node:process";
import { percent } from "../results.ts";
import { describeRun, type Run } from "./settings.ts";
import type { Progress, RunResult } from "./train.ts";

/** What is seen while runs are trained. */
export interface View {
  say(text: string): void;
  progress(run: Run, progress: Progress): void;
  finished(result: RunResult): void;
  end(): void;
}

const silent: View = { say() {}, progress() {}, finished() {}, end() {} };

/** Opens a view of so many runs: a bar in a wide terminal, lines elsewhere, or nothing. */
export async function openView(count: number, isSilent: boolean): Promise<View> {
  if (isSilent) return silent;
  return hasRoom() ? await bar(count) : lines(count);
}

/** What a shell gives a command that was ended by Ctrl+C. */
const interrupted = 130;

/** Whether standard output is a terminal that is wide enough for a bar and the state of a run. */
function hasRoom(): boolean {
  return Deno.stdout.isTerminal() && Deno.consoleSize().columns >= 112;
}

/** Milliseconds without a line after which a run says how far it is. */
const quiet = 60_000;

/** A line a finished run, and one a minute before; where there is no wide terminal. */
function lines(count: number): View {
  let done = 0;
  let spoke = performance.now();
  const say = (text: string) => {
    spoke = performance.now();
    console.log(text);
  };
  return {
    say,
    progress(run, { step, steps, loss }) {
      if (performance.now() - spoke < quiet) return;
      say(
        `${done}/${count} ${describeRun(run)}: ${percent(step / steps)} of its steps, loss ${
          loss.toFixed(2)
        }`,
      );
    },
    finished: (result) => say(`${++done}/${count} ${resultLine(result)}`),
    end() {},
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
