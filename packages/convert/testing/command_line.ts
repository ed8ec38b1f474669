/** Runs of the command line in folders that are gone after the test. */
import { join } from "node:path";
import { run } from "../cli/run.ts";

/** Runs a command line; gives its status and what it printed. */
export async function convert(
  ...args: string[]
): Promise<{ status: number; text: string; error: string }> {
  const [lines, errors]: [string[], string[]] = [[], []];
  const status = await run(args, {
    print: (text) => lines.push(text),
    printError: (text) => errors.push(text),
    progress: () => {},
  });
  return { status, text: lines.join("\n"), error: errors.join("\n") };
}

/** Gives a test the paths of names in a folder of its own. */
export async function withFolder(
  test: (path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test((name) => join(folder, name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
