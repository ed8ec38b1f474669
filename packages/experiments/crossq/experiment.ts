/** The experiment, so far as its runs are concerned. */
import type { Experiment } from "../runs/run_all.ts";
import type { Progress, RunResult } from "./train.ts";

/** The worker that trains, and what is said of runs. */
export const crossqExperiment: Experiment<RunResult, Progress> = {
  worker: import.meta.resolve("./worker.ts"),
  words: {
    run: ({ variant, seed }) => `${variant}, seed ${seed}`,
    runInShort: ({ variant, seed }) => `${variant} ${seed}`,
    progress: (progress) => `return ${progress.return.toFixed(0)}`,
    result: ({ evaluations, seconds }) =>
      `return ${evaluations.at(-1)!.return.toFixed(0)}, ${seconds.toFixed(0)} s`,
  },
};
