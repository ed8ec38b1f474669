/** `deno task new:case`: the inputs of a new golden case, and what to do with them. */
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { runTask } from "@renorm/terminal/run_task";
import type { GoldenCase } from "../golden_case.ts";
import { caseInputs, type CaseOptions } from "./case_inputs.ts";

const help =
  `Writes the inputs of a new golden case. PyTorch, not this code, gives the expected values.

Usage: deno task new:case NAME --shape N,C[,SPATIAL...] [options]

  NAME           name of the case: bn_... for batch norm, brn_... for batch renorm
  --shape LIST   shape of x, channels-first: 2,3,4,4
  --config JSON  layer options that are not PyTorch's and the notebook's defaults:
                 '{"momentum": 0.01, "warmupSteps": 4}' (default warmupSteps: 8)
  --steps K      training steps, before one in eval mode (default: 4)
  --scale S      deviation of x (default: 1)
  --shift M      mean of x (default: 0)
  --unmasked U   share of the positions that count, for a case with masks (default: no masks)
  --seed I       of the random numbers (default: 1)
  --help         print this text, as -h does; --version prints the version

Writes NAME.inputs.json into the current folder and prints the two commands that follow.
Exit status: 0 written, 1 it cannot be written, 2 wrong usage.
`;

function readArguments(args: string[]): GoldenCase {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      shape: { type: "string" },
      config: { type: "string", default: "{}" },
      steps: { type: "string", default: "4" },
      scale: { type: "string", default: "1" },
      shift: { type: "string", default: "0" },
      unmasked: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  const [name = "nothing", ...more] = positionals;
  if (more.length > 0) throw new TypeError(`one NAME is expected: got ${positionals.join(" ")}`);
  const options: CaseOptions = {
    kind: kindOf(name),
    shape: (values.shape ?? "").split(",").map(Number),
    config: config(values.config),
    steps: integer("steps", values.steps),
    scale: number("scale", values.scale),
    shift: number("shift", values.shift),
    ...values.unmasked !== undefined && { unmasked: share("unmasked", values.unmasked) },
    seed: integer("seed", values.seed),
  };
  const rank = options.shape.length;
  if (rank < 2 || rank > 5 || !options.shape.every((n) => Number.isInteger(n) && n > 0)) {
    throw new TypeError(
      `--shape expects 2 to 5 lengths, such as 2,3,4,4: got ${values.shape ?? "none"}`,
    );
  }
  return caseInputs(name, options);
}

async function write(inputs: GoldenCase): Promise<void> {
  const file = `${inputs.name}.inputs.json`;
  await Deno.writeTextFile(file, JSON.stringify(inputs), { createNew: true }).catch((error) => {
    throw new Error(`${file} cannot be written: ${error.message}`);
  });
  const path = (url: string) => relative(Deno.cwd(), fileURLToPath(new URL(url, import.meta.url)));
  const script = path("./expected_values.py");
  const golden = path(`../golden/${inputs.name}.json`);
  console.log(`written: ${file}\n`);
  console.log("The expected values, where PyTorch is (Debian has it as python3-torch):\n");
  console.log(`  python3 ${script} ${file} ${golden}\n`);
  console.log("Then our code against them; the suite finds the case by itself:\n");
  console.log("  deno task parity --targets cpu,deno");
}

function kindOf(name: string): GoldenCase["kind"] {
  if (/^brn_\w+$/.test(name)) return "batch_renorm";
  if (/^bn_\w+$/.test(name)) return "batch_norm";
  throw new TypeError(`NAME expects bn_... or brn_...: got ${name}`);
}

function config(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`--config expects JSON: got ${text} (${(error as Error).message})`);
  }
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new TypeError(`--${name} expects a number: got ${text}`);
}

function share(name: string, text: string): number {
  const value = number(name, text);
  if (value > 0 && value < 1) return value;
  throw new RangeError(`--${name} expects a share above 0 and below 1: got ${text}`);
}

function integer(name: string, text: string): number {
  const value = number(name, text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} expects an integer above 0: got ${text}`);
}

await runTask({ name: "new:case", help, read: readArguments, run: write });
