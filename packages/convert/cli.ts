/**
 * The command line: `deno run --allow-read --allow-write jsr:@renorm/convert/cli --help`.
 *
 * @module
 */
import process from "node:process";
import { run } from "./cli/run.ts";

if (import.meta.main) {
  const megabyte = 2 ** 20;
  let shown = 0;
  process.exitCode = await run(process.argv.slice(2), {
    print: (text) => console.log(text),
    printError: (text) => console.error(text),
    progress(bytes) {
      // A line that is written over, and only for a file worth waiting for.
      if (!process.stderr.isTTY || bytes - shown < 64 * megabyte) return;
      shown = bytes;
      process.stderr.write(`\rwritten: ${Math.floor(bytes / megabyte)} MiB`);
    },
  });
  if (shown > 0) process.stderr.write("\r\x1b[K");
}
