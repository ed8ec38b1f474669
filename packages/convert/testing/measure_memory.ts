/**
 * Inspects and converts a checkpoint in this process, which does nothing else: memory is counted
 * for a whole process. Prints how many bytes more than at the start were in use at most.
 *
 * `deno run measure_memory.ts FILE OUT`
 */
import { run } from "../cli/run.ts";

const [file, out] = Deno.args;
const before = Deno.memoryUsage().rss;
let most = before;
const terminal = {
  print: () => {},
  printError: (text: string) => console.error(text),
  progress: () => most = Math.max(most, Deno.memoryUsage().rss),
};
for (const args of [["inspect", file], ["to-renorm", file, "--out", out]]) {
  const status = await run(args, terminal);
  if (status !== 0) Deno.exit(status);
}
console.log(most - before);
