/** `deno task recalibration`: accuracy on the digits before and after recalibration. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { table } from "@renorm/terminal/text_table";
import { loadTrainingData } from "../digits/training_data.ts";
import { compare, type Comparison, scenarios } from "./compare.ts";

const help = `Trains a small network with batch norm on the digits in four ways and recalibrates it.

Usage: deno task recalibration [--epochs N] [--batch-size N] [--seeds N] [--json]

  --epochs N      epochs to train (default: 10)
  --batch-size N  images per batch, at least 2 (default: 8)
  --seeds N       runs of each way; the table has the median (default: 3)
  --json          print every run as JSON
  --help          print this text, as -h does; --version prints the version

Exit status: 0 done, 1 a failure, 2 wrong usage.
`;

interface Arguments {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seeds: number;
  readonly json: boolean;
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      "epochs": { type: "string", default: "10" },
      "batch-size": { type: "string", default: "8" },
      "seeds": { type: "string", default: "3" },
      "json": { type: "boolean", default: false },
    },
  });
  const count = (name: "epochs" | "batch-size" | "seeds", least: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= least) return value;
    throw new RangeError(`--${name} expects an integer of at least ${least}: got ${values[name]}`);
  };
  const batchSize = count("batch-size", 2);
  return { epochs: count("epochs", 1), batchSize, seeds: count("seeds", 1), json: values.json };
}

/** The median over the runs, as percent. */
function median(runs: readonly Comparison[], key: keyof Omit<Comparison, "name">): string {
  const values = runs.map((run) => run[key]).sort((a, b) => a - b);
  return `${(100 * values[Math.floor(values.length / 2)]).toFixed(1)} %`;
}

async function run({ seeds, json, ...settings }: Arguments): Promise<void> {
  const data = await loadTrainingData({ data: "digits", holdOut: false });
  const all = scenarios.map((scenario) =>
    Array.from({ length: seeds }, (_, seed) => compare(data, scenario, { ...settings, seed }))
  );
  if (json) return console.log(JSON.stringify(all.flat()));
  const head = ["trained on", "training mode", "before", "by batch", "by running"];
  const rows = all.map((runs) => [
    runs[0].name,
    ...(["inTraining", "before", "byBatch", "byRunning"] as const).map((key) => median(runs, key)),
  ]);
  console.log(`\n${table(head, rows).join("\n")}\n`);
  console.log("Accuracy on images that were not trained on: normalised by their own batches, then");
  console.log("by the running statistics before and after recalibration in its two ways.");
}

await runTask({ name: "recalibration", help, read: readArguments, run });
