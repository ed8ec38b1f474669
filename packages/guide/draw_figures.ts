/** `deno task guide:figures`: the figures of the guide, in English and Turkish. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { figureFiles } from "./figures.ts";

const help =
  `Draws the figures of docs/guide.md, docs/guide.tr.md and docs/experiments/digits.md from what
the code computes and from the results of an experiment, without training again.

Usage: deno task guide:figures [--results FILE] [--out DIR]

  --results FILE  results of deno task experiment digits (default: docs/experiments/digits.json)
  --out DIR       folder of the SVG files (default: docs/images)
  --help          print this text, as -h does; --version prints the version

Exit status: 0 done, 1 a file could not be read or written, 2 wrong usage.
`;

interface Arguments {
  readonly results: string;
  readonly out: string;
}

function readArguments(args: string[]): Arguments {
  return parseArgs({
    args,
    options: {
      results: { type: "string", default: "docs/experiments/digits.json" },
      out: { type: "string", default: "docs/images" },
    },
  }).values;
}

async function draw({ results, out }: Arguments): Promise<void> {
  const files = figureFiles(JSON.parse(await Deno.readTextFile(results)));
  await Deno.mkdir(out, { recursive: true });
  for (const { name, svg } of files) await Deno.writeTextFile(join(out, name), svg);
  console.log(`${files.length} figures in ${out}`);
}

await runTask({ name: "guide:figures", help, read: readArguments, run: draw });
