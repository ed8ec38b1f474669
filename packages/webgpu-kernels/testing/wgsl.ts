/** `deno task wgsl`: a kernel as it is compiled, and of which snippets it is made. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { kernelNames, kernelText, snippetRows, snippetsIn, tunings } from "./snippets.ts";

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

/** One of several values, by its name. */
function choose<Value>(what: string, choices: readonly Value[], given: string): Value {
  const chosen = choices.find((choice) => String(choice) === given);
  if (chosen !== undefined) return chosen;
  throw new TypeError(`expects ${what} ${choices.join(", ")}: got ${given}`);
}

function readArguments(args: string[]) {
  const { values, positionals: [name, ...rest] } = parseArgs({
    args,
    options,
    allowPositionals: true,
  });
  if (rest.length > 0) throw new TypeError(`expects one kernel: got ${rest.join(" ")} as well`);
  return {
    name: name === undefined ? undefined : choose("one of", kernelNames, name),
    compiled: {
      storage: choose("--storage", ["float32", "float16"] as const, values.storage),
      width: choose("--width", [4, 1] as const, values.width),
      subgroups: values.subgroups,
    },
    tuning: choose("--tuning", Object.keys(tunings) as (keyof typeof tunings)[], values.tuning),
    isTable: values.snippets,
  };
}

function print(given: ReturnType<typeof readArguments>): Promise<void> {
  const { name, compiled, tuning, isTable } = given;
  if (isTable) {
    const rows = [["snippet", "file", "needs", "gives"], Array(4).fill("-"), ...snippetRows()];
    for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
  } else if (name) console.log(kernelText(name, compiled, tuning));
  else {
    for (const kernel of kernelNames) {
      const names = snippetsIn(kernel, compiled).map((snippet) => snippet.name);
      console.log(`${kernel.padEnd(20)} ${names.join(", ")}`);
    }
  }
  return Promise.resolve();
}

await runTask({ name: "wgsl", help, read: readArguments, run: print });
