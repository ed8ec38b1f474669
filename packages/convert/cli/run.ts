import { basename, dirname, join } from "node:path";
import type { ConversionReport } from "../conversion_report.ts";
import { expects, show } from "@renorm/core-math/checks";
import { isSameFile, kindAt, writeFiles, type Written } from "../files/file_access.ts";
import { visibleJson, visibleText } from "../files/visible_text.ts";
import type { ModelFile } from "../files/model_file.ts";
import { type OpenModelFile, openModelFile } from "../files/open_model_file.ts";
import { ModelFileError } from "../files/model_file_error.ts";
import type { Output } from "../files/output.ts";
import type { Made } from "../formats/model_format.ts";
import { formatOf } from "../formats/recognise_format.ts";
import type { Folding } from "../fold/folding_report.ts";
import type { Inspection } from "../inspect.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import { readFoldOptions } from "./read_fold_options.ts";
import { help } from "./help.ts";
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
 * Runs a command line; gives the exit status: 0 done, 1 a failure, 2 what was given is refused.
 * Nothing is left of it when `signal` is aborted.
 *
 * @param name The command as it was called, for the usage.
 */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  name = "renorm-convert",
  signal?: AbortSignal,
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
  let file: OpenModelFile | null = null;
  try {
    file = await openModelFile(given.file);
    const { report, outputs } = await runCommand(given, file);
    const files = writtenFiles(given, outputs);
    await checkOutputs(given, files);
    await writeFiles(files, terminal.progress, signal);
    const written = files.map(({ path }) => path);
    const warning = warningOf(given, report);
    if (warning !== null) terminal.printError(visibleText(`convert: ${warning}`));
    terminal.print(
      given.json
        ? visibleJson({ ...report, written })
        : [String(report), ...written.length > 0 ? [`written: ${given.out}`] : []].join("\n"),
    );
    return 0;
  } catch (error) {
    terminal.printError(visibleText(`convert: ${(error as Error).message}`));
    // Our own refusals are of what was given; anything else could have gone well.
    return [TypeError, RangeError, ModelFileError].some((kind) => error instanceof kind) ? 2 : 1;
  } finally {
    await file?.close();
  }
}

/** Runs a command on a file, up to what is to be written. */
async function runCommand(given: Arguments, file: ModelFile): Promise<Made<Report>> {
  const format = await formatOf(file);
  const { command, options, statistics, only, skip } = given;
  const eps = given.eps === null ? {} : { eps: given.eps };
  if (command === "inspect") return { report: await format.inspect(file, eps), outputs: [] };
  if (command === "fold") {
    const chosen = (path: string) => (!only || only.test(path)) && !skip?.test(path);
    const filter = only || skip ? { filter: chosen } : {};
    return await format.fold(
      file,
      { ...eps, ...await readFoldOptions(given.fold), ...filter },
      basename(given.out!),
    );
  }
  const to = command === "to-batchnorm" ? "batch-norm" : "batch-renorm";
  return await format.convert(file, { ...options, ...eps, statistics, to }, basename(given.out!));
}

type Report = Inspection | ConversionReport | Folding;

/** What to say of a result that changed nothing; null for one that did. */
function warningOf({ only, skip }: Arguments, report: Report): string | null {
  if ("layers" in report) return null;
  const [done, verb] = "folded" in report
    ? [report.folded, "folded"]
    : [report.converted, "converted"];
  if (done.length > 0) return null;
  const { skipped } = report;
  const nothing = `nothing was ${verb}`;
  if (skipped.length === 0) return `${nothing}: the file holds no layer for it`;
  if (only && !skipped.some(({ path }) => only.test(path))) {
    return `${nothing}: --only ${show(only.source)} matches none of ${skipped.length} layers`;
  }
  if (skip && skipped.every(({ path }) => skip.test(path))) {
    return `${nothing}: --skip ${show(skip.source)} matches all layers`;
  }
  return `${nothing}: ${skipped.length} left, the first, ${skipped[0].path}: ${skipped[0].reason}`;
}

/** The files of a result, without those that are there already. */
function writtenFiles({ file, out }: Arguments, outputs: readonly Output[]): Written[] {
  return outputs.map(({ name, chunks, isThere }) => ({
    path: name === basename(out!) ? out! : join(dirname(out!), name),
    chunks,
    own: isThere ? join(dirname(file), name) : null,
  })).filter(({ path, own }) => own === null || !isSameFile(path, own));
}

/** Throws when a file would be written over that may be needed, or something that is no file. */
async function checkOutputs({ file, force }: Arguments, files: readonly Written[]): Promise<void> {
  for (const { path } of files) {
    const kind = path.endsWith("/") ? "a folder" : await kindAt(path);
    if (kind !== null && kind !== "a file") {
      throw new TypeError(expects("convert", `--out to be a file`, `${show(path)}, ${kind}`));
    }
    if (kind === null || force) continue;
    const what = isSameFile(path, file) ? "the input" : "a file";
    const wanted = `--force to write over ${what} that is there`;
    throw new TypeError(expects("convert", wanted, show(path)));
  }
}
