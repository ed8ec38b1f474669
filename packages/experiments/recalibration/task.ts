/** `deno task experiment recalibration`: batch norm before and after its statistics are renewed. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { percent } from "@renorm/terminal/percent";
import type { Task } from "@renorm/terminal/run_task";
import type { Progress } from "../digits/train.ts";
import { type Experiment, runAll } from "../runs/run_all.ts";
import {
  count,
  readRunOptions,
  type RunOptions,
  runOptions,
  runOptionsHelp,
} from "../runs/run_options.ts";
import { type NetworkResult, resultsJson, textReport, trainingNames } from "./report.ts";
import type { RecalibrationSettings } from "./trainings.ts";

/** Seeds without `--seeds`. */
const seeds = [0, 1, 2];

const help =
  `Trains a small network with batch norm on handwritten digits, in batches of 4, and measures its
accuracy before and after the running statistics are recalibrated over several data.

Usage: deno task experiment recalibration [options]

  --epochs N    (default: 12)
${runOptionsHelp("recalibration", seeds, 16)}

It takes some seven minutes on one core.

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

const experiment: Experiment<NetworkResult, Progress> = {
  worker: import.meta.resolve("./worker.ts"),
  words: {
    run: ({ training, seed }) => `${training}, seed ${seed}`,
    runInShort: ({ training }) => training,
    progress: ({ loss }) => `loss ${loss.toFixed(2)}`,
    result: ({ accuracies }) =>
      Object.entries(accuracies).slice(1, 3).map(([name, share]) => `${name} ${percent(share)}`)
        .join(", "),
  },
};

interface Arguments extends RunOptions {
  readonly settings: RecalibrationSettings;
}

function readArguments(args: string[]): Arguments {
  const options = { epochs: { type: "string" }, ...runOptions("recalibration") } as const;
  const { values } = parseArgs({ args, options });
  return {
    ...readRunOptions(values, seeds),
    settings: { epochs: count("--epochs", values.epochs ?? (values.quick ? "1" : "12"), 1) },
  };
}

/** What is run. */
export const task: Task<Arguments> = {
  name: "experiment recalibration",
  help,
  read: readArguments,
  async run({ seeds, settings, out, jobs, json }) {
    const runs = trainingNames.flatMap((training) => seeds.map((seed) => ({ training, seed })));
    const done = await runAll(experiment, { runs, settings, out, jobs, isSilent: json });
    const networks = done.map(({ run, accuracies }) => ({ run, accuracies }));
    const results = { settings, networks };
    await Deno.writeTextFile(join(out, "results.json"), resultsJson(results));
    console.log(json ? resultsJson(results).trimEnd() : `\n${textReport(results)}`);
  },
};
