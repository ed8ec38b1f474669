/** `deno task demo`: batch renorm at work on the notebook's noise and on real digits. */
import { parseArgs } from "node:util";
import { loadDigits } from "@renorm/experiments/data/digits";
import type { ExperimentResults } from "@renorm/experiments/digits/report/results";
import { runTask } from "@renorm/terminal/run_task";
import { liveLine } from "./live_line.ts";
import { computeResults, stepCount } from "./results.ts";
import { shortEpochs, shortTraining, shortWarmupSteps } from "./short_training.ts";
import { textReport } from "./text_report.ts";
import { conversionReport, trainingReport } from "./training_report.ts";

const help =
  `Shows batch norm and batch renorm side by side, on the notebook's noise and on real digits, and
trains a small network with each in batches of 4 images of one class.

Usage: deno task demo [--out FILE] [--epochs N] [--json] [--seed N]

  --out FILE  the results with charts, an HTML file of its own (default: report.html)
  --epochs N  epochs of the training, 0 for none (default: ${shortEpochs})
  --json      print the results as JSON and nothing else; a file only with --out
  --seed N    seed of the batches and of the networks (default: 0)
  --help      print this text, as -h does; --version prints the version

Exit status: 0 done, 1 the report could not be written, 2 wrong usage.
`;

interface Arguments {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly seed: number;
  readonly epochs: number;
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string" },
      epochs: { type: "string", default: String(shortEpochs) },
      json: { type: "boolean", default: false },
      seed: { type: "string", default: "0" },
    },
  });
  if (values.out === "") throw new RangeError("--out expects a file: got an empty name");
  return {
    out: values.out ?? (values.json ? undefined : "report.html"),
    json: values.json,
    seed: readInteger("--seed", values.seed, 0xffffffff, "2^32 - 1"),
    epochs: readInteger("--epochs", values.epochs, 1000),
  };
}

function readInteger(option: string, text: string, most: number, mostInWords = `${most}`): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${option} expects an integer in [0, ${mostInWords}]: got ${text}`);
  }
  return value;
}

async function show({ out, json, seed, epochs }: Arguments): Promise<number> {
  const onStep = hasRoom() && !json ? await progressBar() : () => {};
  const results = await computeResults(await loadDigits(), seed, onStep);
  await onStep("done");
  if (!json) console.log(textReport(results));
  const training = epochs === 0 ? null : await showTraining(seed, epochs, json);
  if (json) console.log(JSON.stringify({ ...results, training }, null, 2));
  if (out === undefined) return 0;
  const { htmlReport } = await import("./html_report.ts");
  try {
    await Deno.writeTextFile(out, htmlReport(results, training));
  } catch (error) {
    console.error(
      `demo: --out expects a file that can be written: got ${(error as Error).message}`,
    );
    return 1;
  }
  if (!json) console.log(`\nThe same with charts: ${out}`);
  return 0;
}

/** Converts the MiniCNN before the eyes, then trains it with each norm. */
async function showTraining(
  seed: number,
  epochs: number,
  isSilent: boolean,
): Promise<ExperimentResults> {
  if (isSilent) return await shortTraining(seed, epochs, () => {});
  const { convertMiniCnn } = await import("./conversion.ts");
  console.log(`\n${conversionReport(await convertMiniCnn(await shortWarmupSteps(epochs)))}`);
  console.log(
    "\nBoth trained on real digits, from the same start, on batches of 4 of one digit\n",
  );
  const line = liveLine(hasRoom(), epochs);
  const training = await shortTraining(seed, epochs, line.show);
  line.end();
  console.log(`\n${trainingReport(training)}`);
  return training;
}

/** Whether standard output is a terminal that is wide enough for a bar and a name. */
function hasRoom(): boolean {
  return Deno.stdout.isTerminal() && Deno.consoleSize().columns >= 80;
}

/** A bar that moves on with each step; for terminals. */
async function progressBar(): Promise<(name: string) => Promise<void>> {
  const { progress } = await import("@clack/prompts");
  const bar = progress({ max: stepCount + 1, size: 40 });
  bar.start("Computing");
  return async (name) => {
    if (name === "done") bar.stop("Computed");
    else bar.advance(1, name);
    // Lets the terminal draw between the steps.
    await new Promise((resolve) => setTimeout(resolve));
  };
}

await runTask({ name: "demo", help, read: readArguments, run: show });
