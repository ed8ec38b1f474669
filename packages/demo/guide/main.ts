/** `deno task guide:figures`: the figures of the guide, in English and Turkish. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { figureFiles } from "./figures.ts";

const help =
  `Draws the figures of docs/guide.md, docs/guide.tr.md and docs/experiment.md from what the code computes
and from the results of an experiment, without training again.

Usage: deno task guide:figures [--results FILE] [--out DIR]

  --results FILE  results of deno task experiment (default: docs/experiment/results.json)
  --out DIR       folder of the SVG files (default: docs/images)
  --help          print this text

Exit status: 0 done, 1 a file could not be read or written, 2 wrong usage.
`;

async function main(args: string[]): Promise<number> {
  let given: { results: string; out: string; help: boolean };
  try {
    given = parseArgs({
      args,
      options: {
        results: { type: "string", default: "docs/experiment/results.json" },
        out: { type: "string", default: "docs/images" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    console.error(`guide:figures: ${(error as Error).message}`);
    return 2;
  }
  if (given.help) {
    console.log(help.trimEnd());
    return 0;
  }
  try {
    const files = figureFiles(JSON.parse(await Deno.readTextFile(given.results)));
    await Deno.mkdir(given.out, { recursive: true });
    for (const { name, svg } of files) await Deno.writeTextFile(join(given.out, name), svg);
    console.log(`${files.length} figures in ${given.out}`);
    return 0;
  } catch (error) {
    console.error(`guide:figures: ${(error as Error).message}`);
    return 1;
  }
}

Deno.exit(await main(Deno.args));
