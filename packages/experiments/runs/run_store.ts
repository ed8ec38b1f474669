import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

/** A result, with what decided it. */
export interface FinishedRun<Run, Settings> {
  readonly run: Run;
  readonly settings: Settings;
}

/** The finished runs in a folder, one JSON file each. */
export interface RunStore<Result extends FinishedRun<unknown, unknown>> {
  /** The result of a run with these settings, or null if there is none that can be read. */
  load(run: Result["run"], settings: Result["settings"]): Promise<Result | null>;
  /** Keeps a result; written beside and renamed, so that a file is whole or not there. */
  save(result: Result): Promise<void>;
}

/**
 * Opens a folder of finished runs, which is made if it is not there.
 *
 * A file of the same run with other settings counts as none and is written over.
 *
 * @param describe a run in words, unique in the folder; the name of its file comes from them
 */
export async function openRunStore<Result extends FinishedRun<unknown, unknown>>(
  folder: string,
  describe: (run: Result["run"]) => string,
): Promise<RunStore<Result>> {
  await Deno.mkdir(folder, { recursive: true });
  const fileOf = (run: Result["run"]) =>
    join(folder, `${describe(run).replace(/[^\w.]+/g, "-")}.json`);
  return {
    async load(run, settings) {
      const result = await readResult<Result>(fileOf(run));
      return result !== null && isDeepStrictEqual(result.run, run) &&
          isDeepStrictEqual(result.settings, settings)
        ? result
        : null;
    },
    async save(result) {
      // A name of its own: another process may be saving the same run.
      const written = await Deno.makeTempFile({ dir: folder, suffix: ".tmp" });
      await Deno.writeTextFile(written, JSON.stringify(result));
      await Deno.rename(written, fileOf(result.run));
    },
  };
}

/** A file's result, or null if there is no whole one. */
async function readResult<Result>(file: string): Promise<Result | null> {
  try {
    return JSON.parse(await Deno.readTextFile(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
