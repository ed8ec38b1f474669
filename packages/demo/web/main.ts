/** `deno task web`: builds the page and serves it on this machine. */
import { parseArgs } from "node:util";
import { readDocs } from "./docs_address.ts";
import { buildSite } from "./site.ts";
import { serveSite } from "./serve_site.ts";

const help = `Serves the page on which batch norm and batch renorm train side by side.

Usage: deno task web [--port N] [--docs URL]

  --port N    port on 127.0.0.1, 0 for any that is free (default: 8000, or a free one)
  --docs URL  folder of the documentation, for links to it (default: the files are named)
  --help      print this text

Ctrl+C ends it. Exit status: 1 it could not be built or served, 2 wrong usage.
`;

/** The port that is taken where it is free. */
const usualPort = 8000;

interface Arguments {
  readonly port: number | null;
  readonly docs: string | null;
}

function readArguments(args: string[]): Arguments | "help" {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      docs: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const port = values.port === undefined ? null : Number(values.port || NaN);
  if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    throw new RangeError(`--port expects an integer in [0, 65535]: got ${values.port}`);
  }
  return { port, docs: readDocs(values.docs) };
}

async function main(args: string[]): Promise<number> {
  let given: Arguments | "help";
  try {
    given = readArguments(args);
  } catch (error) {
    console.error(`web: ${(error as Error).message}`);
    return 2;
  }
  if (given === "help") {
    console.log(help.trimEnd());
    return 0;
  }
  try {
    const site = await buildSite(given.docs);
    const server = listen(given.port, (port) => serveSite(site, port));
    console.log(`http://127.0.0.1:${server.addr.port}/ (Ctrl+C ends it)`);
    await server.finished;
    return 0;
  } catch (error) {
    console.error(`web: ${(error as Error).message}`);
    return 1;
  }
}

/** On the port that was asked for, else on the usual one or any. */
function listen<Server>(asked: number | null, serve: (port: number) => Server): Server {
  if (asked !== null) return serve(asked);
  try {
    return serve(usualPort);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return serve(0);
    throw error;
  }
}

Deno.exit(await main(Deno.args));
