/** `deno task parity`: runs a folder of golden files on the targets and prints how far each is. */
import { parseArgs } from "node:util";
import { formatResult } from "./format_result.ts";
import { type GoldenFolder, readGoldenFolder } from "./golden_folder.ts";
import { hasPassed, type ParityResult } from "./run_cases.ts";
import { type GoldenKind, targets } from "./targets.ts";

const help = `Runs golden cases and compares every output with the expected values.

Usage: deno task parity [--cases DIR] [--targets LIST] [--json]

  --cases DIR     folder of golden files (default: the project's own)
  --targets LIST  where to run, separated by commas: ${Object.keys(targets).join(", ")}
                  (default: cpu)
  --json          print the results as JSON
  --help          print this text

A line a file, target and layout: the largest error beside what is allowed there. The targets jax
and tfjs train the models of golden files that hold one; all but tfjs run files of a single layer.
Exit status: 0 all within their allowance, 1 one beyond it or none run, 2 wrong usage or a bad file.
`;

async function main(args: string[]): Promise<number> {
  let folder: GoldenFolder;
  let names: string[];
  let json: boolean;
  try {
    const { values } = parseArgs({
      args,
      options: {
        cases: { type: "string", default: new URL("./golden", import.meta.url).pathname },
        targets: { type: "string", default: "cpu" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(help.trimEnd());
      return 0;
    }
    json = values.json;
    names = values.targets.split(",").map((name) => name.trim());
    const unknown = names.find((name) => !Object.hasOwn(targets, name));
    if (unknown !== undefined) {
      const known = Object.keys(targets).join(", ");
      throw new TypeError(`--targets expects names among ${known}: got ${JSON.stringify(unknown)}`);
    }
    folder = await readGoldenFolder(values.cases);
  } catch (error) {
    console.error(`parity: ${(error as Error).message}`);
    return 2;
  }

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
function notRun({ cases, models, others }: GoldenFolder, names: readonly string[]): string[] {
  const taken = names.flatMap((name) => targets[name].takes);
  return [
    ...taken.includes("cases") || cases.length === 0 ? [] : [
      `not run: ${cases.length} files of a layer; their targets are ${targetsOf("cases")}`,
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

Deno.exit(await main(Deno.args));
