/** The experiment, so far as its runs are concerned. */
import { percent } from "@renorm/terminal/percent";
import type { Experiment } from "../runs/run_all.ts";
import { describeRun } from "./settings.ts";
import type { Progress, RunResult } from "./train.ts";

/** The worker that trains, and what is said of runs. */
export const digitsExperiment: Experiment<RunResult, Progress> = {
  worker: import.meta.resolve("./worker.ts"),
  words: {
    run: describeRun,
    runInShort: ({ norm, batchSize, drawing }) => `${norm} ${batchSize} ${drawing}`,
    progress: ({ loss, epochs }) =>
      `loss ${loss.toFixed(2)}` +
      (epochs.length === 0 ? "" : `, accuracy ${percent(epochs.at(-1)!.evalMode.accuracy)}`),
    result({ epochs, seconds }) {
      const { evalMode, trainingMode } = epochs.at(-1)!;
      return `${percent(evalMode.accuracy)} in eval mode, ` +
        `${percent(trainingMode.accuracy)} in training mode, ${seconds.toFixed(0)} s`;
    },
  },
};
