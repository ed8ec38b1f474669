/** `deno task parity:bits`: whether a change of the code changed a bit of what the CPU computes. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import type { GoldenCase } from "./golden_case.ts";
import { readGoldenFolder } from "./golden_folder.ts";
import { caseFolders } from "./random/case_folders.ts";
import { bitsOf } from "./output_bits.ts";
import { runCase } from "./run_case.ts";
import { createCpuLayer } from "./targets/cpu_target.ts";

const help = `Hashes every output of the CPU reference, or compares with the hashes of older code.

Usage: deno task parity:bits --write FILE [--count N]
       deno task parity:bits --against FILE [--count N]

  --write FILE    run the code before the change, and keep the hashes
  --against FILE  run the code after it, and name the cases whose bits are others
  --count N       how many drawn cases beside the golden files (default: 500)
  --help          print this text, as -h does; --version prints the version

A case is every output of every step, in both layouts: y, dx, gradients, statistics, limits.

Exit status: 0 written, or all bits the same; 1 some are others; 2 wrong usage.
`;

/** The hash of all outputs by case and layout. */
type Hashes = Record<string, string>;

interface Settings {
  readonly write: string | undefined;
  readonly before: Hashes | undefined;
  readonly count: number;
}

async function readSettings(args: string[]): Promise<Settings> {
  const { values: { write, against, count } } = parseArgs({
    args,
    options: {
      write: { type: "string" },
      against: { type: "string" },
      count: { type: "string", default: "500" },
    },
  });
  if ((write === undefined) === (against === undefined)) {
    throw new TypeError("parity:bits expects one of --write FILE and --against FILE");
  }
  if (!/^\d{1,6}$/.test(count)) {
    throw new RangeError(`--count expects an integer from 0 to 999999: got ${count}`);
  }
  const before = against && JSON.parse(await Deno.readTextFile(against)) as Hashes;
  return { write, before: before || undefined, count: Number(count) };
}

async function compareBits({ write, before, count }: Settings): Promise<number> {
  const hashes = await hashCases(count);
  const names = Object.keys(hashes);
  if (write !== undefined) {
    await Deno.writeTextFile(write, JSON.stringify(hashes, null, 1));
    console.log(`${names.length} hashes written to ${write}`);
    return 0;
  }
  const known = names.filter((name) => before?.[name] !== undefined);
  const changed = known.filter((name) => hashes[name] !== before?.[name]);
  for (const name of changed) console.log(`other bits: ${name}`);
  console.log(`${known.length - changed.length} of ${known.length} have the same bits`);
  return changed.length === 0 && known.length > 0 ? 0 : 1;
}

async function hashCases(count: number): Promise<Hashes> {
  const folder = fileURLToPath(new URL("./golden", import.meta.url));
  const hashes: Hashes = {};
  const add = async (cases: readonly GoldenCase[]) => {
    for (const golden of cases) {
      for (const layout of ["channels-first", "channels-last"] as const) {
        const outputs = await runCase(golden, layout, createCpuLayer);
        hashes[`${golden.name}, ${layout}`] = await bitsOf(outputs);
      }
    }
  };
  await add((await readGoldenFolder(folder)).cases);
  const numbers = Array.from({ length: count }, (_, i) => i);
  for (const { cases } of caseFolders(1, numbers)) await add(cases);
  return hashes;
}

await runTask({ name: "parity:bits", help, read: readSettings, run: compareBits });
