/** The experiment, so far as its runs are concerned. */
import { percent } from "@renorm/terminal/percent";
import type { Experiment } from "../runs/run_all.ts";
import type { FineTuningResult, Progress } from "./fine_tune.ts";
import { describeRun } from "./settings.ts";

/** The worker that fine-tunes, and what is said of runs. */
export const fineTuningExperiment: Experiment<FineTuningResult, Progress> = {
  worker: import.meta.resolve("./worker.ts"),
  words: {
    run: describeRun,
    runInShort: ({ norm, batchSize, order }) => `${norm} ${batchSize} ${order}`,
    progress: ({ loss }) => `loss ${loss.toFixed(2)}`,
    result: ({ accuracy, recalibrated, seconds }) =>
      `accuracy ${percent(accuracy)}` +
      (recalibrated === undefined ? "" : `, recalibrated ${percent(recalibrated)}`) +
      `, ${seconds.toFixed(0)} s`,
  },
};
