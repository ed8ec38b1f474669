/** Checks that packages and files depend on each other only as the design says. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readImportGraph } from "./arrows/import_graph.ts";
import { drawPackages } from "./arrows/package_drawing.ts";
import { findWrongArrows } from "./arrows/wrong_arrows.ts";
import { runTask } from "@renorm/terminal/run_task";

const help = `Fails on an import that the design does not allow, between packages or files.

Usage: deno run --allow-read --allow-env scripts/check_arrows.ts [--drawing] [--root DIR]

  --drawing   print the packages as docs/architecture.md draws them, and check nothing
  --root DIR  folder with packages and scripts (default: this repository)
  --help      print this text, as -h does; --version prints the version

Looks at static, dynamic and type imports of packages, their tests and scripts. What is allowed
stands in scripts/arrows/allowed_arrows.ts.

Exit status: 0 all arrows allowed, 1 one is not, 2 wrong usage.
`;

const repository = fileURLToPath(new URL("../", import.meta.url));
const options = {
  drawing: { type: "boolean", default: false },
  root: { type: "string", default: repository },
} as const;

await runTask({
  name: "check_arrows",
  help,
  read: (args) => parseArgs({ args, options }).values,
  async run({ drawing, root }) {
    const graph = await readImportGraph(root);
    if (drawing) return console.log(drawPackages(graph));
    const wrong = findWrongArrows(graph);
    for (const line of wrong) console.error(line);
    return wrong.length === 0 ? 0 : 1;
  },
});
