import { isJsonObject, type JsonObject } from "../json.ts";
import { type ByteSource, readAll } from "./byte_source.ts";
import { parseJson } from "./parse_json.ts";
import { unsupportedFormat } from "./unsupported_formats.ts";

/** A file whose format is not known yet, with what its format is told by. */
export interface ModelFile {
  /** How errors name it: its path. */
  readonly path: string;
  /** The last part of its path. */
  readonly name: string;
  /** Its bytes, to be read in parts. */
  readonly source: ByteSource;
  /** Its first bytes, 4096 at most. */
  readonly start: Uint8Array;
  /** What it is when its format is one that is not read, and the way to one that is. */
  unsupported(): Promise<string | null>;
  /** All of it. */
  bytes(): Promise<Uint8Array>;
  /** The object that it holds as JSON; null when it is no such text. */
  json(): Promise<JsonObject | null>;
  /** A file of the same folder. */
  beside(name: string): Promise<ByteSource>;
}

/** What a file must be. */
export const readFormats = "a model.json of TensorFlow.js, a model of Keras, or a PyTorch " +
  "state_dict in .safetensors";

/** A file as its bytes and those of its neighbours give it. */
export async function modelFile(
  source: ByteSource,
  name: string,
  beside: ModelFile["beside"],
): Promise<ModelFile> {
  const path = source.name;
  const start = await source.read(0, Math.min(source.size, 4096));
  const bytes = () => readAll(source);
  const isText = new TextDecoder().decode(start).trimStart().startsWith("{");
  let parsed: Promise<JsonObject | null> | null = null;
  async function parse(): Promise<JsonObject | null> {
    if (!isText && !path.endsWith(".json")) return null;
    const value = parseJson(new TextDecoder().decode(await bytes()), path, "JSON");
    return isJsonObject(value) ? value : null;
  }
  return {
    ...{ path, name, source, start, bytes, beside },
    json: () => parsed ??= parse(),
    async unsupported() {
      const length = Math.min(source.size, 65_536);
      const end = await source.read(source.size - length, length);
      return unsupportedFormat({ name: path, start, end });
    },
  };
}
