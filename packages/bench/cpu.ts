/** `deno task bench:cpu`: the CPU reference beside jax-js, interleaved, as ratios of one run. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { table } from "@renorm/terminal/text_table";
import { type CpuSteps, cpuSteps, shapes } from "./cpu_steps.ts";

const help =
  `Times a training forward and backward on the CPU: batch renorm, batch norm, and jax-js (wasm, jit).

Usage: deno task bench:cpu [--json] [--repeats N]

  --repeats N  times each is run, interleaved; the median counts (default: 30)
  --json       print the results as JSON
  --help       print this text, as -h does; --version prints the version

Exit status: 0 done, 1 a contestant failed, 2 wrong usage.
`;

/** Medians of one shape in milliseconds. */
type Row = { readonly shape: readonly number[] } & Record<keyof CpuSteps, number>;

async function measure(shape: readonly number[], repeats: number): Promise<Row> {
  const steps = await cpuSteps(shape);
  const contestants = Object.values(steps);
  const times: number[][] = contestants.map(() => []);
  const warmups = 5;
  for (let i = 0; i < warmups + repeats; i++) {
    for (const [k, step] of contestants.entries()) {
      const start = performance.now();
      await step();
      if (i >= warmups) times[k].push(performance.now() - start);
    }
  }
  const [batchRenorm, batchRenormChannelsLast, batchNorm, jaxJs] = times.map(median);
  return { shape, batchRenorm, batchRenormChannelsLast, batchNorm, jaxJs };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

interface Arguments {
  readonly repeats: number;
  readonly json: boolean;
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      repeats: { type: "string", default: "30" },
      json: { type: "boolean", default: false },
    },
  });
  const repeats = Number(values.repeats);
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new RangeError(`--repeats expects an integer of at least 1: got ${values.repeats}`);
  }
  return { repeats, json: values.json };
}

async function compare({ repeats, json }: Arguments): Promise<void> {
  const rows: Row[] = [];
  for (const shape of shapes) rows.push(await measure(shape, repeats));
  if (json) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  console.log(`training forward and backward, medians of ${repeats}, milliseconds\n`);
  const head = ["shape", "batch renorm", "NHWC", "batch norm (ratio)", "jax-js wasm jit (ratio)"];
  const cells = rows.map(({ shape, batchRenorm, batchRenormChannelsLast, batchNorm, jaxJs }) => [
    shape.join(" × "),
    batchRenorm.toFixed(2),
    batchRenormChannelsLast.toFixed(2),
    `${batchNorm.toFixed(2)} (${(batchRenorm / batchNorm).toFixed(2)})`,
    `${jaxJs.toFixed(1)} (${(jaxJs / batchRenorm).toFixed(1)})`,
  ]);
  console.log(table(head, cells).join("\n"));
  console.log("\naims: at most 1.2 times batch norm, and jax-js at least 5 times as long");
}

await runTask({ name: "bench:cpu", help, read: readArguments, run: compare });
