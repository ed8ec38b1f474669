/** `deno task experiment federated`: what a server makes of its clients' norms. */
import { parseArgs } from "node:util";
import { percent } from "@renorm/terminal/percent";
import type { Task } from "@renorm/terminal/run_task";
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
import { conclusions, type FederatedResults, textReport } from "./results.ts";
import {
  defaultFederated,
  describeRun,
  federatedRuns,
  type FederatedSettings,
  quickFederated,
} from "./settings.ts";
import type { Progress, RunResult } from "./train.ts";

/** Seeds without `--seeds`. */
const seeds = [0, 1, 2];

const help =
  `Trains a small network on handwritten digits at ten clients, of which each has one or two digits,
with several norms, and makes one model of theirs after every round.

Usage: deno task experiment federated [options]

  --rounds N      (default: ${defaultFederated.rounds})
  --hold-out      test on a fifth of the training images, for tuning
${runOptionsHelp("federated", seeds, 18)}

It takes some five minutes on one core.

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

const experiment: Experiment<RunResult, Progress> = {
  worker: import.meta.resolve("./worker.ts"),
  words: {
    run: describeRun,
    runInShort: ({ method }) => method,
    progress: ({ loss, accuracy }) =>
      `loss ${loss.toFixed(2)}` + (accuracy === null ? "" : `, accuracy ${percent(accuracy)}`),
    result: ({ rounds, seconds }) =>
      `${percent(rounds.at(-1)!.accuracy)} of all digits, ${seconds.toFixed(0)} s`,
  },
};

interface Arguments extends RunOptions {
  readonly settings: FederatedSettings;
}

function readArguments(args: string[]): Arguments {
  const options = {
    rounds: { type: "string" },
    "hold-out": { type: "boolean", default: false },
    ...runOptions("federated"),
  } as const;
  const { values } = parseArgs({ args, options });
  const usual = values.quick ? quickFederated : defaultFederated;
  const rounds = count("--rounds", values.rounds ?? `${usual.rounds}`, 1);
  return {
    ...readRunOptions(values, seeds),
    settings: { ...usual, rounds, holdOut: values["hold-out"] },
  };
}

function htmlReport(results: FederatedResults): string {
  const { rounds, samples, batchSize } = results.settings;
  return htmlPage({
    title: "Federated training with small batches",
    text:
      `Ten clients with ${samples} handwritten digits each, of one or two kinds, train MiniCNN ` +
      `in TensorFlow.js in batches of ${batchSize}; after each of ${rounds} rounds ` +
      "aggregateWeights of @renorm/tfjs makes one model of theirs.",
    conclusions: conclusions(results),
    charts: charts(results),
    numbers: textReport(results),
    sources:
      "Digits: “Optical Recognition of Handwritten Digits”, E. Alpaydin and C. Kaynak, UCI, 1998, " +
      "CC BY 4.0.",
  });
}

/** What is run. */
export const task: Task<Arguments> = {
  name: "experiment federated",
  help,
  read: readArguments,
  async run({ seeds, settings, out, jobs, json }) {
    const wanted = { runs: federatedRuns(seeds), settings, out, jobs, isSilent: json };
    const done = await runAll(experiment, wanted);
    const runs = done.map(({ run, rounds, remeasured, seconds }) => ({
      ...{ run, rounds, remeasured, seconds },
    }));
    const results = { settings, runs };
    const report = {
      json: resultsJson(results),
      html: htmlReport(results),
      charts: charts(results),
    };
    await tellReport({ out, json }, report, textReport(results));
  },
};
