/** `deno task web`: builds the page and serves it on this machine. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { readDocs } from "./docs_address.ts";
import { buildSite } from "./site.ts";
import { serveSite } from "./serve_site.ts";

const help = `Serves the page on which batch norm and batch renorm train side by side.

Usage: deno task web [--port N] [--docs URL]

  --port N    port on 127.0.0.1, 0 for any that is free (default: 8000, or a free one)
  --docs URL  folder of the documentation, for links to it (default: the files are named)
  --help      print this text, as -h does; --version prints the version

Exit status: 0 ended, as Ctrl+C does, 1 it could not be built or served, 2 wrong usage.
`;

/** The port that is taken where it is free. */
const usualPort = 8000;

interface Arguments {
  readonly port: number | null;
  readonly docs: string | null;
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      docs: { type: "string" },
    },
  });
  const port = values.port === undefined ? null : Number(values.port || NaN);
  if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    throw new RangeError(`--port expects an integer in [0, 65535]: got ${values.port}`);
  }
  return { port, docs: readDocs(values.docs) };
}

async function serve({ port, docs }: Arguments): Promise<void> {
  const site = await buildSite(docs);
  const server = listen(port, (port) => serveSite(site, port));
  console.log(`http://127.0.0.1:${server.addr.port}/ (Ctrl+C ends it)`);
  await server.finished;
}

/** On the port that was asked for, else on the usual one or any. */
function listen<Server>(asked: number | null, serve: (port: number) => Server): Server {
  try {
    return serve(asked ?? usualPort);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    if (asked === null) return serve(0);
    throw new Error(`--port expects a port that is free: got ${asked}, which is taken`);
  }
}

await runTask({ name: "web", help, read: readArguments, run: serve });
