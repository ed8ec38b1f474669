/**
 * `deno task bench`: our kernels beside a copy, TensorFlow.js, jax-js and the CPU, on every driver.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { table, tableLine } from "@renorm/terminal/text_table";
import { findDrivers } from "@renorm/testing/gpu/drivers";
import type { AgainstRow } from "./other_checkout_runner.ts";
import type { GpuRow } from "./measure_shape.ts";
import type { TuningsRow } from "./tunings_runner.ts";
import { runOnDriver } from "../run_on_driver.ts";

const help = `Times the kernels beside their peers on every driver found, interleaved in one run.

Usage: deno task bench [--quick] [--tunings] [--against DIR] [--json FILE]

  --quick        two shapes and fewer rounds
  --tunings      only the tunings of the kernels that were tried, beside each other
  --against DIR  only these kernels beside those of another checkout, as ratios of processor time
  --json FILE    also write the medians as JSON
  --help         print this text, as -h does; --version prints the version

Times are medians in milliseconds. Each contestant runs many repetitions a submission, 100 ms or
more: Deno answers a wait in steps of about 10 ms. copy is the fastest of ten copy kernels; a
forward must move 1.5 times its bytes, a backward 2.5 times. Peers stand in their best layout.
"both" is forward and backward. Our outputs are checked against the CPU's before anything is timed.

Exit status: 0 done, 1 a driver failed or computed wrong numbers, 2 wrong usage.
`;

const shapes = [[8, 64, 32, 32], [2, 64, 56, 56], [4, 256, 14, 14], [32, 64, 56, 56], [256, 512]];

/** The columns before a tuning's idea: its time and its name. */
const tuningColumns = [{ width: 8, side: "right" }, { width: 22, side: "left" }] as const;

/** What a driver gave. */
interface DriverResult {
  readonly driver: string;
  readonly rows: readonly GpuRow[];
  readonly tunings: readonly TuningsRow[];
}

function beside(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function print({ driver, rows, tunings }: DriverResult): void {
  console.log(`\n== ${driver}`);
  for (const { shape, milliseconds: ms, encodeMicroseconds } of rows) {
    console.log(
      `\n[${shape.join(", ")}]  copy ${ms.copy.toFixed(2)}, ` +
        `recording a step ${encodeMicroseconds.toFixed(0)} µs`,
    );
    const timed = ([["forward", 1.5], ["both", 4]] as const).map(([operation, passes]) => {
      const of = (name: string) => best(ms, `${name} ${operation} `);
      const ours = of("batch renorm");
      return [
        operation,
        cell(ms[`batch renorm ${operation} NCHW`]),
        cell(ms[`batch renorm ${operation} NHWC`]),
        ratio(of("batch norm"), ours / of("batch norm")),
        (ours / (passes * ms.copy)).toFixed(2),
        ratio(of("tfjs"), of("tfjs") / ours),
        ratio(of("jax-js"), of("jax-js") / ours),
      ];
    });
    const quickest = best(ms, "inference ");
    const inference = [
      "inference",
      cell(quickest),
      "",
      "",
      (quickest / ms.copy).toFixed(2),
      "",
      "",
    ];
    const head = [
      "",
      "renorm NCHW",
      "NHWC",
      "norm (ratio)",
      "of the copy",
      "tfjs (ratio)",
      "jax-js (ratio)",
    ];
    console.log(table(head, [...timed, inference]).join("\n"));
    if (ms["core-math both NCHW"]) {
      console.log(`  the CPU reference, both: ${ms["core-math both NCHW"].toFixed(2)}`);
    }
  }
  for (const { shape, times } of tunings) {
    console.log(`\ntunings, both at [${shape.join(", ")}], milliseconds`);
    for (const { name, idea, ms } of times) {
      console.log(`  ${tableLine([cell(ms), name, idea], tuningColumns)}`);
    }
  }
}

function printAgainst(driver: string, rows: readonly AgainstRow[]): void {
  console.log(`\n== ${driver}, times of the other checkout's`);
  const cells = rows.map(({ shape, layout, forward, backward }) => [
    `[${shape.join(", ")}]`,
    layout,
    cell(forward),
    cell(backward),
  ]);
  console.log(table(["shape", "layout", "forward", "backward"], cells).join("\n"));
}

function best(ms: Readonly<Record<string, number>>, prefix: string): number {
  return Math.min(
    ...Object.keys(ms).filter((name) => name.startsWith(prefix)).map((name) => ms[name]),
  );
}

function cell(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(2);
}

function ratio(value: number, factor: number): string {
  return `${value.toFixed(2)} (${factor.toFixed(2)})`;
}

interface Arguments {
  readonly quick: boolean;
  readonly tunings: boolean;
  readonly against?: string | undefined;
  readonly json?: string | undefined;
}

function readArguments(args: string[]): Arguments {
  return parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      tunings: { type: "boolean", default: false },
      against: { type: "string" },
      json: { type: "string" },
    },
  }).values;
}

async function compare(
  { quick, tunings: onlyTunings, against, json: file }: Arguments,
): Promise<void> {
  const rounds = quick ? 5 : 7;
  const measured = quick ? shapes.slice(0, 2) : shapes;
  if (against !== undefined) {
    const given = { folder: against, shapes: measured.filter((s) => s.length === 4), rounds: 15 };
    const rows: Record<string, readonly AgainstRow[]> = {};
    for (const driver of await findDrivers()) {
      rows[driver.name] = await runOnDriver<AgainstRow>(
        driver,
        beside("./other_checkout_runner.ts"),
        given,
      );
      printAgainst(driver.name, rows[driver.name]);
    }
    if (file !== undefined) await Deno.writeTextFile(file, JSON.stringify(rows, null, 2));
    return;
  }
  const results: DriverResult[] = [];
  for (const driver of await findDrivers()) {
    const rows: GpuRow[] = [];
    // One process per shape, so that no peer's leftovers weigh on the next.
    for (const shape of onlyTunings ? [] : measured) {
      rows.push(
        ...await runOnDriver<GpuRow>(driver, beside("./peers_runner.ts"), {
          shapes: [shape],
          rounds,
        }),
      );
    }
    const tunings = await runOnDriver<TuningsRow>(driver, beside("./tunings_runner.ts"), {
      shapes: measured.slice(0, 2),
      rounds,
    });
    const result = { driver: driver.name, rows, tunings };
    print(result);
    results.push(result);
  }
  if (file !== undefined) await Deno.writeTextFile(file, JSON.stringify(results, null, 2));
}

await runTask({ name: "bench", help, read: readArguments, run: compare });
