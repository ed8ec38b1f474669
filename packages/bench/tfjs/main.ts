/** `deno task bench:tfjs`: a `fit` step with our layer beside one with TensorFlow.js' own. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { table } from "@renorm/terminal/text_table";
import { type Driver, findDrivers } from "@renorm/testing/gpu/drivers";
import { runOnDriver } from "../run_on_driver.ts";
import type { FitOrder, FitTimes } from "./fit_runner.ts";

const backends = ["cpu", "webgpu"] as const;

const help =
  `Times a fit step in TensorFlow.js: on cpu of a critic (24-256-256-1, batch of 256) and of a
MobileNetV2 block at [4, 7, 7, 16], on webgpu of the notebook's MiniCNN at [4, 28, 28, 1].

Usage: deno task bench:tfjs [--backend cpu|webgpu] [--rounds N]

  --backend B  one of the two alone
  --rounds N   rounds that are counted, each of 10 steps a network (default: 5)
  --help       print this text, as -h does; --version prints the version

Four networks take turns: with tf.layers.batchNormalization, with batch renorm by TensorFlow.js'
operations, with our kernels, and without a norm, which no norm can beat; on webgpu on every driver
found. Times are medians in milliseconds, on cpu of processor time; ratios are taken round by round.

Exit status: 0 done, 1 a driver failed, 2 wrong usage.
`;

const steps = 10;

function print(place: string, { net, times }: FitTimes): void {
  console.log(`\n== ${place}: ${net}`);
  const rows = Object.entries(times).map(([name, values]) => [
    name,
    median(values).toFixed(1),
    ratios(times["tf.layers"], values),
    ratios(values, times.none),
  ]);
  const head = ["norm", "ms", "tf.layers takes, times as long", "times as long as none"];
  console.log(table(head, rows).join("\n"));
}

/** The median of the ratios of the rounds, the least and the most. */
function ratios(above: readonly number[], below: readonly number[]): string {
  const sorted = above.map((value, round) => value / below[round]).sort((a, b) => a - b);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]].map((ratio) => ratio.toFixed(2));
  return `${median(sorted).toFixed(2)} (${least} to ${most})`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

interface Arguments {
  readonly rounds: number;
  readonly chosen: readonly string[];
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: "string", default: "5" }, backend: { type: "string" } },
  });
  const { backend } = values;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds expects a whole number of at least 1: got ${values.rounds}`);
  }
  if (backend !== undefined && !(backends as readonly string[]).includes(backend)) {
    throw new RangeError(`--backend expects ${backends.join(" or ")}: got ${backend}`);
  }
  return { rounds, chosen: backend === undefined ? backends : [backend] };
}

async function compare({ rounds, chosen }: Arguments): Promise<void> {
  const runner = fileURLToPath(new URL("./fit_runner.ts", import.meta.url));
  const run = async (driver: Driver, place: string, order: Pick<FitOrder, "backend" | "nets">) => {
    const given: FitOrder = { ...order, rounds, steps };
    for (const row of await runOnDriver<FitTimes>(driver, runner, given)) print(place, row);
  };
  if (chosen.includes("cpu")) {
    const nets = ["a critic, 24-256-256-1", "a MobileNetV2 block, 16-96-16"] as const;
    await run({ name: "cpu", env: {} }, "cpu", { backend: "cpu", nets });
  }
  if (!chosen.includes("webgpu")) return;
  for (const driver of await findDrivers()) {
    const nets = ["the notebook's MiniCNN"] as const;
    await run(driver, `webgpu on ${driver.name}`, { backend: "webgpu", nets });
  }
}

await runTask({ name: "bench:tfjs", help, read: readArguments, run: compare });
