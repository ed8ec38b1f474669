/** `deno task parity`: runs a folder of golden files on the targets and prints how far each is. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { formatResult } from "./format_result.ts";
import { type GoldenFolder, readGoldenFolder } from "./golden_folder.ts";
import { hasPassed, type ParityResult } from "./run_cases.ts";
import { type GoldenKind, targets } from "./targets/targets.ts";

const help = `Runs golden cases and compares every output with the expected values.

Usage: deno task parity [--cases DIR] [--targets LIST] [--json]

  --cases DIR     folder of golden files (default: the project's own)
  --targets LIST  where to run, separated by commas: ${Object.keys(targets).join(", ")}
                  (default: cpu)
  --json          print the results as JSON
  --help          print this text, as -h does; --version prints the version

A line a file, target and layout: the largest error beside what is allowed there. The targets jax
and tfjs train the models of golden files that hold one; all but tfjs run files of a single layer.
Exit status: 0 all within their allowance, 1 one beyond it or none run, 2 wrong usage or a bad file.
`;

interface Arguments {
  readonly folder: GoldenFolder;
  readonly names: readonly string[];
  readonly json: boolean;
}

async function readArguments(args: string[]): Promise<Arguments> {
  const { values } = parseArgs({
    args,
    options: {
      cases: { type: "string", default: fileURLToPath(new URL("./golden", import.meta.url)) },
      targets: { type: "string", default: "cpu" },
      json: { type: "boolean", default: false },
    },
  });
  const names = values.targets.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(targets, name));
  if (unknown !== undefined) {
    const known = Object.keys(targets).join(", ");
    throw new TypeError(`--targets expects names among ${known}: got ${JSON.stringify(unknown)}`);
  }
  return { folder: await readGoldenFolder(values.cases), names, json: values.json };
}

async function compare({ folder, names, json }: Arguments): Promise<number> {
  const results: ParityResult[] = [];
  for (const name of new Set(names)) {
    for await (const result of targets[name].run(folder)) {
      results.push(result);
      if (!json) console.log(formatResult(result));
    }
  }
  const failed = results.filter((result) => !hasPassed(result)).length;
  if (json) console.log(JSON.stringify({ results, others: folder.others }, null, 2));
  else {
    for (const line of notRun(folder, names)) console.log(line);
    console.log(`${results.length - failed} passed, ${failed} failed`);
  }
  return failed === 0 && results.length > 0 ? 0 : 1;
}

/** What the folder holds beside what the named targets take. */
function notRun(
  { cases, masked, models, others }: GoldenFolder,
  names: readonly string[],
): string[] {
  const taken = names.flatMap((name) => targets[name].takes);
  return [
    ...taken.includes("cases") || cases.length === 0 ? [] : [
      `not run: ${cases.length} files of a layer; their targets are ${targetsOf("cases")}`,
    ],
    ...taken.includes("masked") || masked.length === 0 ? [] : [
      `not run: ${masked.length} files of a layer with masks; their targets are ${
        targetsOf("masked")
      }`,
    ],
    ...taken.includes("models") || models.length === 0 ? [] : [
      `not run: ${models.length} trainings of a model; their targets are ${targetsOf("models")}`,
    ],
    ...others.map(({ file, what }) => `not run: ${file}, ${what}`),
  ];
}

function targetsOf(kind: GoldenKind): string {
  return Object.keys(targets).filter((name) => targets[name].takes.includes(kind)).join(", ");
}

await runTask({ name: "parity", help, read: readArguments, run: compare });
