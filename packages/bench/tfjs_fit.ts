/** `deno task bench:tfjs`: a `fit` step with our layer beside one with TensorFlow.js' own. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { table } from "@renorm/terminal/text_table";
import { findDrivers } from "@renorm/testing/gpu/drivers";
import { runOnDriver } from "./run_on_driver.ts";
import type { FitTimes } from "./tfjs_fit_runner.ts";

const help =
  `Times a fit step of the notebook's MiniCNN in TensorFlow.js on webgpu, at [4, 28, 28, 1].

Usage: deno task bench:tfjs [--rounds N]

  --rounds N  rounds that are counted, each of 10 steps a net (default: 5)
  --help      print this text, as -h does; --version prints the version

Four nets take turns on every driver found: with tf.layers.batchNormalization, with batch renorm by
TensorFlow.js' operations, with our fused kernels, and without a norm, which no norm can beat. Times
are medians in milliseconds; the ratio is that of tf.layers to the row, round by round.

Exit status: 0 done, 1 a driver failed, 2 wrong usage.
`;

const steps = 10;
const batchSize = 4;

function print(driver: string, times: FitTimes): void {
  console.log(`\n== ${driver}`);
  const stock = times["tf.layers"];
  const rows = Object.entries(times).map(([name, values]) => {
    const ratios = values.map((value, round) => stock[round] / value).sort((a, b) => a - b);
    const [least, most] = [ratios[0], ratios[ratios.length - 1]].map((ratio) => ratio.toFixed(2));
    const middle = median(ratios).toFixed(2);
    return [name, median(values).toFixed(1), `${middle} (${least} to ${most})`];
  });
  console.log(table(["net", "ms", "tf.layers takes, times as long"], rows).join("\n"));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function readArguments(args: string[]): number {
  const { values } = parseArgs({ args, options: { rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds expects a whole number of at least 1: got ${values.rounds}`);
  }
  return rounds;
}

async function compare(rounds: number): Promise<void> {
  for (const driver of await findDrivers()) {
    const runner = fileURLToPath(new URL("./tfjs_fit_runner.ts", import.meta.url));
    const [times] = await runOnDriver<FitTimes>(driver, runner, [rounds, steps, batchSize]);
    print(driver.name, times);
  }
}

await runTask({ name: "bench:tfjs", help, read: readArguments, run: compare });
