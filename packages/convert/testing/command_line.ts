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
