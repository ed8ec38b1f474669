/** `deno task guide:notebooks`: the guide as notebooks for Deno's Jupyter kernel. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { notebook } from "./notebook.ts";

/** Each page of the guide, and the notebook that is made of it. */
export const notebooks: Readonly<Record<string, string>> = {
  "guide.md": "renorm.ipynb",
  "guide.tr.md": "renorm.tr.ipynb",
};

const help =
  `Writes docs/renorm.ipynb and docs/renorm.tr.ipynb from docs/guide.md and docs/guide.tr.md: the
code as cells, run one after another, with what they print.

Usage: deno task guide:notebooks

  --help  print this text, as -h does; --version prints the version

Exit status: 0 done, 1 a cell failed or a file could not be written, 2 wrong usage.
`;

/** Writes the notebooks. */
async function writeNotebooks(): Promise<void> {
  const docs = new URL("../../docs/", import.meta.url);
  for (const [page, name] of Object.entries(notebooks)) {
    const text = await notebook(await Deno.readTextFile(new URL(page, docs)));
    await Deno.writeTextFile(new URL(name, docs), text);
    console.log(`docs/${name}`);
  }
}

if (import.meta.main) {
  await runTask({
    name: "guide:notebooks",
    help,
    read: (args) => void parseArgs({ args, options: {} }),
    run: writeNotebooks,
  });
}
