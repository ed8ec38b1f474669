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
  // What is half written is taken away; asked a second time, the process ends at once.
  const interruption = new AbortController();
  const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
  let interrupted: keyof typeof signals | null = null;
  const catchable = process.platform === "win32" ? ["SIGINT"] as const : Object.keys(signals);
  for (const signal of catchable as (keyof typeof signals)[]) {
    process.once(signal, () => {
      interrupted = signal;
      interruption.abort(new Error(`ended by ${signal}, nothing is written`));
    });
  }
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
  const args = process.argv.slice(2);
  const status = await run(args, terminal, calledAs(), interruption.signal);
  if (shown > 0) process.stderr.write("\r\x1b[K");
  // As a shell has it: 128 and the signal's number.
  process.exit(interrupted ? 128 + signals[interrupted] : status);
}

// Not awaited here, so that CommonJS can require this file as any other.
isMain().then((isStarted) => isStarted ? start() : undefined);
