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

/** Opens a view of so many runs: a bar in a terminal, lines elsewhere, or nothing. */
export async function openView(count: number, isSilent: boolean): Promise<View> {
  if (isSilent) return silent;
  return hasRoom() ? await bar(count) : lines(count);
}

/** What a shell gives a command that was ended by Ctrl+C. */
const interrupted = 130;

/** Whether standard output is a terminal that has room for a bar and a few words. */
function hasRoom(): boolean {
  return Deno.stdout.isTerminal() && Deno.consoleSize().columns >= 60;
}

/** Milliseconds without a line after which a run says how far it is. */
const quiet = 10_000;

/** One line per finished run and one every ten seconds, where there is no terminal with room. */
function lines(count: number): View {
  let done = 0;
  let spoke = performance.now();
  const say = (text: string) => {
    spoke = performance.now();
    console.log(text);
  };
  if (count > 0) say(`${count} runs to train`);
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

/** Columns of the bar, and of what stands around bar and words: a sign, spaces, the time. */
const barColumns = 12;
const otherColumns = 18;

/**
 * A bar over the steps of all runs, with the state of the run that moved last. A line that wraps could
 * not be written over, so what has no room is cut.
 */
async function bar(count: number): Promise<View> {
  const { log, progress } = await import("@clack/prompts");
  const fine = 100;
  const view = progress({
    max: Math.max(1, count * fine),
    size: barColumns,
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
  const fit = (text: string) =>
    text.slice(0, Deno.consoleSize().columns - barColumns - otherColumns);
  view.start(`0/${count} runs`);
  return {
    say: (text) => log.info(text),
    progress(run, { step, steps, loss, epochs }) {
      const now = Math.floor(fine * step / steps);
      const { norm, batchSize, drawing } = run;
      const state = epochs.length === 0
        ? ""
        : `, accuracy ${percent(epochs[epochs.length - 1].evalMode.accuracy)}`;
      const words = `${done}/${count} ${norm} ${batchSize} ${drawing}: loss ${loss.toFixed(2)}`;
      view.advance(now - (reached.get(run) ?? 0), fit(words + state));
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
