import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Run, TrainingSettings } from "./settings.ts";
import type { RunResult } from "./train.ts";

/** The finished runs in a folder, one JSON file each. */
export interface RunStore {
  /** The result of a run with these settings, or null if there is none that can be read. */
  load(run: Run, settings: TrainingSettings): Promise<RunResult | null>;
  /** Keeps a result; written beside and renamed, so that a file is whole or not there. */
  save(result: RunResult): Promise<void>;
}

/**
 * Opens a folder of finished runs, which is made if it is not there.
 *
 * A file of the same run with other settings counts as none and is written over.
 */
export async function openRunStore(folder: string): Promise<RunStore> {
  await Deno.mkdir(folder, { recursive: true });
  const fileOf = (run: Run) => join(folder, `${fileName(run)}.json`);
  return {
    async load(run, settings) {
      const result = await readResult(fileOf(run));
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

function fileName({ norm, batchSize, drawing, seed }: Run): string {
  return `${norm} ${batchSize} ${drawing} seed ${seed}`.replaceAll(" ", "-");
}

/** A file's result, or null if there is no whole one. */
async function readResult(file: string): Promise<RunResult | null> {
  try {
    return JSON.parse(await Deno.readTextFile(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
