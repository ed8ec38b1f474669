import { expects, show } from "@renorm/core-math/checks";
import { exists, isSameFile, type Output, writeFiles } from "../files/file_access.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import { help } from "./help.ts";
import { type Result, runCommand } from "./model_formats.ts";
import { version } from "./version.ts";

/** Where a command prints. */
export interface Terminal {
  /** A line of the result. */
  print(text: string): void;
  /** A line of an error. */
  printError(text: string): void;
  /** Bytes written so far. */
  progress(bytes: number): void;
}

/**
 * Runs a command line; gives the exit status: 0 done, 1 a failure, 2 wrong usage.
 *
 * @param name The command as it was called, for the usage.
 */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  name = "renorm-convert",
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    terminal.print(help(name).trimEnd());
    return 0;
  }
  if (args.includes("--version")) {
    terminal.print(`${name} ${version}`);
    return 0;
  }
  let given: Arguments;
  try {
    given = readArguments(args);
  } catch (error) {
    terminal.printError(`${(error as Error).message}\n${name} --help says more`);
    return 2;
  }
  let result: Result | null = null;
  try {
    result = await runCommand(given);
    await checkOutputs(given, result.outputs);
    await writeFiles(result.outputs, terminal.progress);
    terminal.print(given.json ? printJson(result) : printText(result, given));
    return 0;
  } catch (error) {
    terminal.printError(`convert: ${(error as Error).message}`);
    return 1;
  } finally {
    await result?.open?.close();
  }
}

/** Throws when a file would be written over that may be needed. */
async function checkOutputs({ file, force }: Arguments, outputs: readonly Output[]): Promise<void> {
  if (force) return;
  for (const { path } of outputs) {
    const what = isSameFile(path, file) ? "the input" : await exists(path) ? "a file" : null;
    if (what === null) continue;
    const wanted = `--force to write over ${what} that is there`;
    throw new Error(expects("convert", wanted, show(path)));
  }
}

function printText({ report, outputs }: Result, { out }: Arguments): string {
  return outputs.length === 0 ? String(report) : `${report}\nwritten: ${out}`;
}

function printJson({ report, outputs }: Result): string {
  const shown = "layers" in report
    ? { layers: report.layers }
    : "folded" in report
    ? { folded: report.folded, skipped: report.skipped }
    : { converted: report.converted, skipped: report.skipped };
  return JSON.stringify({ ...shown, written: outputs.map(({ path }) => path) }, null, 2);
}
