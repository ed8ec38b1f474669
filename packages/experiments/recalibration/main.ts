/** `deno task experiment:recalibration`: batch norm before and after its statistics are renewed. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { percent } from "@renorm/terminal/percent";
import { runTask } from "@renorm/terminal/run_task";
import type { Progress } from "../digits/train.ts";
import { type Experiment, runAll } from "../runs/run_all.ts";
import { type NetworkResult, resultsJson, textReport, trainingNames } from "./report.ts";

const help =
  `Trains a small network with batch norm on handwritten digits, in batches of 4, and measures its
accuracy before and after the running statistics are recalibrated over several data.

Usage: deno task experiment:recalibration [options]

  --seeds LIST  of start and batches (default: 0,1,2)
  --epochs N    (default: 12)
  --out DIR     folder of the results; runs that are finished there with the same settings are not
                trained again (default: experiment/recalibration)
  --jobs N      runs at a time (default: the cores of this machine)
  --json        print the results as JSON and nothing else
  --help        print this text, as -h does; --version prints the version

It takes some seven minutes on one core.

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

const options = {
  seeds: { type: "string", default: "0,1,2" },
  epochs: { type: "string", default: "12" },
  out: { type: "string", default: join("experiment", "recalibration") },
  jobs: { type: "string", default: String(navigator.hardwareConcurrency) },
  json: { type: "boolean", default: false },
} as const;

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

function readArguments(args: string[]) {
  const { seeds, epochs, jobs, ...values } = parseArgs({ args, options }).values;
  if (values.out === "") throw new RangeError("--out expects a folder: got an empty name");
  return {
    ...values,
    seeds: [...new Set(seeds.split(","))].map((seed) => count("--seeds", seed, 0)),
    settings: { epochs: count("--epochs", epochs, 1) },
    jobs: count("--jobs", jobs, 1),
  };
}

function count(option: string, text: string, least: number): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isInteger(value) && value >= least && value <= 0xffffffff) return value;
  throw new RangeError(`${option} expects an integer of at least ${least}: got ${text}`);
}

await runTask({
  name: "experiment:recalibration",
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
});
