/** `deno task wgsl`: a kernel as it is compiled, and of which snippets it is made. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { hardware, software } from "../packages/webgpu-kernels/plan/tuning.ts";
import { constantsOf } from "../packages/webgpu-kernels/record/pipelines.ts";
import { type KernelName, kernels, snippetsOf } from "../packages/webgpu-kernels/wgsl/kernels.ts";
import { snippetRows, snippets } from "./wgsl_snippets.ts";

const help = `Prints the WGSL of a GPU kernel as it is compiled, snippet by snippet.

Usage: deno task wgsl [NAME] [options]

  NAME             a kernel; without it, a list of all with the snippets of each
  --storage TYPE   float32 or float16 (default: float32)
  --width N        values of a pack, 4 or 1 (default: 4)
  --tuning KIND    threads as on hardware or on software (default: hardware)
  --subgroups      as on a device with subgroups
  --snippets       the table of docs/kernels.md instead: what each snippet needs and gives
  --help           print this text, as -h does; --version prints the version

Exit status: 0 printed, 1 it failed, 2 wrong usage.
`;

const options = {
  storage: { type: "string", default: "float32" },
  width: { type: "string", default: "4" },
  tuning: { type: "string", default: "hardware" },
  subgroups: { type: "boolean", default: false },
  snippets: { type: "boolean", default: false },
} as const;

const storages = { float32: "float32", float16: "float16" } as const;
const widths = { 4: 4, 1: 1 } as const;
const tunings = { hardware, software };

/** The value behind a name that was given. */
function choose<Value>(what: string, choices: Readonly<Record<string, Value>>, name: string) {
  if (Object.hasOwn(choices, name)) return choices[name];
  throw new TypeError(`expects ${what} ${Object.keys(choices).join(", ")}: got ${name}`);
}

function readArguments(args: string[]) {
  const { values, positionals: [name, ...rest] } = parseArgs({
    args,
    options,
    allowPositionals: true,
  });
  if (rest.length > 0) throw new TypeError(`expects one kernel: got ${rest.join(" ")} as well`);
  if (name !== undefined) choose("one of", kernels, name);
  return {
    ...values,
    name: name as KernelName | undefined,
    storage: choose("--storage", storages, values.storage),
    width: choose("--width", widths, values.width),
    tuning: choose("--tuning", tunings, values.tuning),
  };
}

function print(given: ReturnType<typeof readArguments>): Promise<void> {
  const { name, storage, width, tuning, subgroups } = given;
  const of = (kernel: KernelName) =>
    snippetsOf(kernel, storage, width, subgroups).map((wgsl) => ({
      name: snippets.get(wgsl.replace("enable subgroups;\n", ""))?.name,
      wgsl,
    }));
  if (given.snippets) {
    const rows = [["snippet", "file", "needs", "gives"], Array(4).fill("-"), ...snippetRows()];
    for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
  } else if (name) {
    for (const constant of Object.entries(constantsOf(name, tuning))) {
      console.log(`// ${constant.join(" = ")}`);
    }
    // The first ones may enable features, before which no comment does harm.
    for (const { name: snippet, wgsl } of of(name)) console.log(`\n// ${snippet}\n${wgsl.trim()}`);
  } else {
    for (const kernel of Object.keys(kernels) as KernelName[]) {
      console.log(`${kernel.padEnd(20)} ${of(kernel).map(({ name }) => name).join(", ")}`);
    }
  }
  return Promise.resolve();
}

if (import.meta.main) await runTask({ name: "wgsl", help, read: readArguments, run: print });
