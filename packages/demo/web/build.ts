/** `deno task web:build`: the page as files for any host. */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { readDocs } from "./docs_address.ts";
import { buildSite } from "./site.ts";

const help =
  `Writes the page on which batch norm and batch renorm train side by side, as static files.

Usage: deno task web:build [--out DIR] [--docs URL]

  --out DIR   folder of the files, for any host and any path on it (default: web)
  --docs URL  folder of the documentation, for links to it (default: the files are named)
  --help      print this text

Exit status: 0 done, 1 it could not be built or written, 2 wrong usage.
`;

interface Arguments {
  readonly out: string;
  readonly docs: string | null;
}

function readArguments(args: string[]): Arguments | "help" {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string", default: "web" },
      docs: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.out === "") throw new RangeError("--out expects a folder: got an empty name");
  return { out: values.out, docs: readDocs(values.docs) };
}

async function main(args: string[]): Promise<number> {
  let given: Arguments | "help";
  try {
    given = readArguments(args);
  } catch (error) {
    console.error(`web:build: ${(error as Error).message}`);
    return 2;
  }
  if (given === "help") {
    console.log(help.trimEnd());
    return 0;
  }
  try {
    const site = await buildSite(given.docs);
    let bytes = 0;
    for (const [path, content] of site) {
      const file = join(given.out, path);
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeFile(file, content);
      bytes += content.length;
    }
    console.log(`${site.size} files, ${(bytes / 1e6).toFixed(1)} MB, in ${given.out}`);
    return 0;
  } catch (error) {
    console.error(`web:build: ${(error as Error).message}`);
    return 1;
  }
}

Deno.exit(await main(Deno.args));
