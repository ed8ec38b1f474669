import process from "node:process";
import { percent } from "@renorm/terminal/percent";
import type { FinishedRun } from "./run_store.ts";

/** How far a run is. */
export interface Steps {
  readonly step: number;
  readonly steps: number;
}

/** The words of an experiment. */
export interface Words<Result extends FinishedRun<unknown, unknown>, Progress> {
  /** A run, unique among all. */
  readonly run: (run: Result["run"]) => string;
  /** A run in so few words that a bar has room for them. */
  readonly runInShort: (run: Result["run"]) => string;
  /** How a run does, as `loss 1.23`. */
  readonly progress: (progress: Progress) => string;
  /** What came of a run. */
  readonly result: (result: Result) => string;
}

/** What is seen while runs are trained. */
export interface View<Result extends FinishedRun<unknown, unknown>, Progress> {
  say(text: string): void;
  progress(run: Result["run"], progress: Progress): void;
  finished(result: Result): void;
  end(): void;
}

/** Opens a view of so many runs: a bar in a terminal, lines elsewhere, or nothing. */
export async function openView<Result extends FinishedRun<unknown, unknown>, P extends Steps>(
  count: number,
  isSilent: boolean,
  words: Words<Result, P>,
): Promise<View<Result, P>> {
  if (isSilent) return { say() {}, progress() {}, finished() {}, end() {} };
  return hasRoom() ? await bar(count, words) : lines(count, words);
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
function lines<Result extends FinishedRun<unknown, unknown>, P extends Steps>(
  count: number,
  words: Words<Result, P>,
): View<Result, P> {
  let done = 0;
  let spoke = performance.now();
  const say = (text: string) => {
    spoke = performance.now();
    console.log(text);
  };
  if (count > 0) say(`${count} runs to train`);
  return {
    say,
    progress(run, progress) {
      if (performance.now() - spoke < quiet) return;
      const share = percent(progress.step / progress.steps);
      say(`${done}/${count} ${words.run(run)}: ${share} of its steps, ${words.progress(progress)}`);
    },
    finished(result) {
      say(`${++done}/${count} ${words.run(result.run)}: ${words.result(result)}`);
    },
    end() {},
  };
}

/** Columns of the bar, and of what stands around bar and words: a sign, spaces, the time. */
const barColumns = 12;
const otherColumns = 18;

/**
 * A bar over the steps of all runs, with the state of the run that moved last. A line that wraps
 * could not be written over, so what has no room is cut.
 */
async function bar<Result extends FinishedRun<unknown, unknown>, P extends Steps>(
  count: number,
  words: Words<Result, P>,
): Promise<View<Result, P>> {
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
  const reached = new Map<Result["run"], number>();
  let done = 0;
  const fit = (text: string) =>
    text.slice(0, Deno.consoleSize().columns - barColumns - otherColumns);
  view.start(`0/${count} runs`);
  return {
    say: (text) => log.info(text),
    progress(run, progress) {
      const now = Math.floor(fine * progress.step / progress.steps);
      const state = `${words.runInShort(run)}: ${words.progress(progress)}`;
      view.advance(now - (reached.get(run) ?? 0), fit(`${done}/${count} ${state}`));
      reached.set(run, now);
    },
    finished: () => void done++,
    end() {
      process.off("exit", onExit);
      view.stop(`${done} of ${count} runs trained`);
    },
  };
}
