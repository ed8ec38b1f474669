/** `deno task web:build`: the page and the API reference as files for any host. */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { writeApiReference } from "./api_reference.ts";
import { readDocs } from "./docs_address.ts";
import { buildSite } from "./site.ts";

const help =
  `Writes the page on which batch norm and batch renorm train side by side, as static files, and
the API reference of the packages beside it, in api.

Usage: deno task web:build [--out DIR] [--docs URL]

  --out DIR   folder of the files, for any host and any path on it (default: web)
  --docs URL  folder of the documentation, for links to it (default: the files are named)
  --help      print this text, as -h does; --version prints the version

Exit status: 0 done, 1 it could not be built or written, 2 wrong usage.
`;

interface Arguments {
  readonly out: string;
  readonly docs: string | null;
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string", default: "web" },
      docs: { type: "string" },
    },
  });
  if (values.out === "") throw new RangeError("--out expects a folder: got an empty name");
  return { out: values.out, docs: readDocs(values.docs) };
}

async function build({ out, docs }: Arguments): Promise<void> {
  const site = await buildSite(docs);
  let bytes = 0;
  for (const [path, content] of site) {
    const file = join(out, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeFile(file, content);
    bytes += content.length;
  }
  await writeApiReference(join(out, "api"));
  console.log(`${site.size} files, ${(bytes / 1e6).toFixed(1)} MB, in ${out}`);
  console.log(`The API reference in ${join(out, "api")}`);
}

await runTask({ name: "web:build", help, read: readArguments, run: build });
