import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { openFile } from "./file_access.ts";
import { type ModelFile, modelFile, readFormats } from "./model_file.ts";
import { ModelFileError } from "./model_file_error.ts";
import { unsupportedFolder } from "./unsupported_formats.ts";

/** A file of Deno or Node that is open. */
export interface OpenModelFile extends ModelFile {
  /** Closes all that was opened. */
  close(): Promise<void>;
}

/** Opens a file whose format is not known yet. */
export async function openModelFile(path: string): Promise<OpenModelFile> {
  if ((await stat(path)).isDirectory()) {
    throw new ModelFileError(path, "format", readFormats, unsupportedFolder(await readdir(path)));
  }
  const source = await openFile(path);
  const opened = [source];
  const close = async () => {
    for (const file of opened) await file.close();
  };
  try {
    const file = await modelFile(source, basename(path), async (name) => {
      const beside = await openFile(await pathBeside(path, name));
      opened.push(beside);
      return beside;
    });
    return { ...file, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The path of a file that a model names, which must lie in the model's folder. What it links to
 * must, too: a model from elsewhere shall not have other files of this machine read into its copy.
 */
export async function pathBeside(model: string, name: string): Promise<string> {
  const path = join(dirname(model), name);
  const target = await realpath(path).catch((error) => {
    const got = (error as { code?: string }).code ?? (error as Error).message;
    throw new ModelFileError(model, `shard ${name}`, "a file beside this index of shards", got);
  });
  // A model that is a link itself may have its shards beside what it links to.
  const folders = [await realpath(dirname(model)), dirname(await realpath(model))];
  const isInside = folders.some((folder) => {
    const way = relative(folder, target);
    return way !== "" && way.split(sep)[0] !== "..";
  });
  if (isInside) return path;
  throw new ModelFileError(
    model,
    `shard ${name}`,
    "a file in the model's folder",
    "a link out of it",
  );
}
