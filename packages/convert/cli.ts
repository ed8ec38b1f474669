/**
 * The command line: `deno run --allow-read --allow-write jsr:@renorm/convert/cli --help`, in Node
 * `npx @renorm/convert --help`.
 *
 * @module
 */
import { realpath } from "node:fs/promises";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { run } from "./cli/run.ts";

/** Whether this file is what was started; Node before 24.2 leaves that to be found out. */
async function isMain(): Promise<boolean> {
  if (typeof import.meta.main === "boolean") return import.meta.main;
  const started = process.argv[1];
  return started !== undefined && pathToFileURL(await realpath(started)).href === import.meta.url;
}

/** The command as it was called: from a registry of JSR's kind, from npm's, or in a clone. */
function calledAs(): string {
  if (import.meta.url.startsWith("http")) return "deno run jsr:@renorm/convert/cli";
  return import.meta.url.endsWith(".ts") ? "deno task convert" : "renorm-convert";
}

async function start(): Promise<void> {
  const megabyte = 2 ** 20;
  let shown = 0;
  const terminal = {
    print: (text: string) => console.log(text),
    printError: (text: string) => console.error(text),
    progress(bytes: number) {
      // A line that is written over, and only for a file worth waiting for.
      if (!process.stderr.isTTY || bytes - shown < 64 * megabyte) return;
      shown = bytes;
      process.stderr.write(`\rwritten: ${Math.floor(bytes / megabyte)} MiB`);
    },
  };
  process.exitCode = await run(process.argv.slice(2), terminal, calledAs());
  if (shown > 0) process.stderr.write("\r\x1b[K");
}

// Not awaited here, so that CommonJS can require this file as any other.
isMain().then((isStarted) => isStarted ? start() : undefined);
