import { dirname, join } from "node:path";
import { isJsonObject, type JsonObject } from "../json.ts";
import { type OpenFile, openFile, readWhole } from "./file_access.ts";
import { parseJson } from "./parse_json.ts";

/** A file that is open, with what its format is told by. */
export interface ModelFile {
  readonly path: string;
  readonly source: OpenFile;
  /** Its first bytes, 64 at most. */
  readonly start: Uint8Array;
  /** All of it. */
  bytes(): Promise<Uint8Array>;
  /** The object that it holds as JSON; null when it is no such text. */
  json(): Promise<JsonObject | null>;
  /** Opens a file of the same folder, to be closed with this one. */
  beside(path: string): Promise<OpenFile>;
  /** Closes all that was opened. */
  close(): Promise<void>;
}

/** Opens a file whose format is not known yet. */
export async function openModelFile(path: string): Promise<ModelFile> {
  const source = await openFile(path);
  const opened = [source];
  const start = await source.read(0, Math.min(source.size, 64));
  const bytes = () => readWhole(path);
  const isText = new TextDecoder().decode(start).trimStart().startsWith("{");
  let parsed: Promise<JsonObject | null> | null = null;
  async function parse(): Promise<JsonObject | null> {
    if (!isText && !path.endsWith(".json")) return null;
    const json = parseJson(new TextDecoder().decode(await bytes()), path, "JSON");
    return isJsonObject(json) ? json : null;
  }
  return {
    path,
    source,
    start,
    bytes,
    json: () => parsed ??= parse(),
    async beside(name) {
      const file = await openFile(join(dirname(path), name));
      opened.push(file);
      return file;
    },
    async close() {
      for (const file of opened) await file.close();
    },
  };
}
