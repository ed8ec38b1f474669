/** `deno task parity:random`: draws cases and judges targets by them. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { formatResult } from "../format_result.ts";
import { hasPassed } from "../run_cases.ts";
import { targets } from "../targets/targets.ts";
import { caseFolders } from "./case_folders.ts";

/** The targets that run files of a layer. */
const layerTargets = Object.keys(targets).filter((name) => targets[name].takes.includes("cases"));

const help = `Draws cases at random and compares every output with a float64 reference.

Usage: deno task parity:random [--seed N] [--count N] [--targets LIST] [--quiet]

  --seed N        seed of the cases (default: 1)
  --count N       how many (default: 100)
  --only I        the case of this number alone, whatever --count says
  --targets LIST  where to run, separated by commas: ${layerTargets.join(", ")}
                  (default: cpu)
  --write DIR     write the cases into this folder as golden files, and run nothing
  --quiet         no line for a case that passes
  --help          print this text, as -h does; --version prints the version

The rule is that of the golden files; torch's float32 error is that of a model of its algorithms. A
line a case, target and layout: the largest error beside what is allowed there. A case is the same
for a seed and a number: --seed 7 --only 42 runs it again. Targets that take masks (cpu, wasm, jax)
run about every third case a second time under masks that are drawn.

Exit status: 0 all within their allowance, 1 one beyond it or none run, 2 wrong usage.
`;

interface Settings {
  readonly seed: number;
  readonly numbers: readonly number[];
  readonly names: readonly string[];
  readonly quiet: boolean;
  readonly write: string | undefined;
}

function readSettings(args: string[]): Settings {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "100" },
      only: { type: "string" },
      targets: { type: "string", default: "cpu" },
      write: { type: "string" },
      quiet: { type: "boolean", default: false },
    },
  });
  const names = [...new Set(values.targets.split(",").map((name) => name.trim()))];
  const unknown = names.find((name) => !layerTargets.includes(name));
  if (unknown !== undefined) {
    const known = layerTargets.join(", ");
    throw new TypeError(`--targets expects names among ${known}: got ${JSON.stringify(unknown)}`);
  }
  const count = integer("count", values.count, 1);
  const numbers = values.only === undefined
    ? Array.from({ length: count }, (_, i) => i)
    : [integer("only", values.only, 0)];
  const { quiet, write } = values;
  return { seed: integer("seed", values.seed, 0), numbers, names, quiet, write };
}

function integer(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value < 2 ** 31) return value;
  const wanted = `an integer from ${least} to ${2 ** 31 - 1}`;
  throw new RangeError(`--${name} expects ${wanted}: got ${JSON.stringify(text)}`);
}

async function judge({ seed, numbers, names, quiet, write }: Settings): Promise<number> {
  console.log(`seed ${seed}, ${numbers.length} cases; one again: --seed ${seed} --only NUMBER`);
  let [passed, failed, done] = [0, 0, 0];
  for (const folder of caseFolders(seed, numbers)) {
    if (write !== undefined) {
      await Deno.mkdir(write, { recursive: true });
      const { cases, masked } = folder;
      for (const golden of [...cases, ...masked]) {
        const number = golden.name.split(" ")[0];
        const file = `random_${seed}_${number}${masked.includes(golden) ? "_masked" : ""}.json`;
        await Deno.writeTextFile(`${write}/${file}`, JSON.stringify(golden));
      }
      passed += cases.length + masked.length;
      continue;
    }
    for (const name of names) {
      progress(`${done} of ${numbers.length} cases, now ${folder.cases.length} on ${name}`);
      for await (const result of targets[name].run(folder)) {
        const isRight = hasPassed(result);
        if (isRight) passed++;
        else failed++;
        if (isRight && quiet) continue;
        progress("");
        console.log(formatResult(result));
      }
    }
    done += folder.cases.length;
  }
  progress("");
  console.log(write === undefined ? `${passed} passed, ${failed} failed` : `${passed} written`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Says on a terminal how far it is, in one line that goes again. */
function progress(text: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
}

await runTask({ name: "parity:random", help, read: readSettings, run: judge });
