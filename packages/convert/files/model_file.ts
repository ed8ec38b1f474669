import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { isJsonObject, type JsonObject } from "../json.ts";
import { type OpenFile, openFile, readWhole } from "./file_access.ts";
import { unsupportedFolder, unsupportedFormat } from "./unsupported_formats.ts";
import { ModelFileError } from "./model_file_error.ts";
import { parseJson } from "./parse_json.ts";

/** A file that is open, with what its format is told by. */
export interface ModelFile {
  readonly path: string;
  readonly source: OpenFile;
  /** Its first bytes, 4096 at most. */
  readonly start: Uint8Array;
  /** What it is when its format is one that is not read, and the way to one that is. */
  unsupported(): Promise<string | null>;
  /** All of it. */
  bytes(): Promise<Uint8Array>;
  /** The object that it holds as JSON; null when it is no such text. */
  json(): Promise<JsonObject | null>;
  /** Opens a file of the same folder, to be closed with this one. */
  beside(path: string): Promise<OpenFile>;
  /** Closes all that was opened. */
  close(): Promise<void>;
}

/** What a file must be. */
export const readFormats = "a model.json of TensorFlow.js, a model of Keras, or a PyTorch " +
  "state_dict in .safetensors";

/** Opens a file whose format is not known yet. */
export async function openModelFile(path: string): Promise<ModelFile> {
  if ((await stat(path)).isDirectory()) {
    throw new ModelFileError(path, "format", readFormats, unsupportedFolder(await readdir(path)));
  }
  const source = await openFile(path);
  const opened = [source];
  const start = await source.read(0, Math.min(source.size, 4096));
  const bytes = () => readWhole(path);
  const isText = new TextDecoder().decode(start).trimStart().startsWith("{");
  let parsed: Promise<JsonObject | null> | null = null;
  async function parse(): Promise<JsonObject | null> {
    if (!isText && !path.endsWith(".json")) return null;
    const value = parseJson(new TextDecoder().decode(await bytes()), path, "JSON");
    return isJsonObject(value) ? value : null;
  }
  const json = () => parsed ??= parse();
  return {
    path,
    source,
    start,
    async unsupported() {
      const length = Math.min(source.size, 65_536);
      const end = await source.read(source.size - length, length);
      return unsupportedFormat({ name: path, start, end });
    },
    bytes,
    json,
    async beside(name) {
      const file = await openFile(await pathBeside(path, name));
      opened.push(file);
      return file;
    },
    async close() {
      for (const file of opened) await file.close();
    },
  };
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
