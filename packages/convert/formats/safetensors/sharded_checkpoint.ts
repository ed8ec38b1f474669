/** A checkpoint in several files: `model.safetensors.index.json` says which holds which tensor. */
import { expects, show } from "@renorm/core-math/checks";
import type { ByteSource } from "../../files/byte_source.ts";
import { isInside } from "../../files/inside_folder.ts";
import type { ModelFile } from "../../files/model_file.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { Output } from "../../files/output.ts";
import { isJsonObject, type JsonObject } from "../../json.ts";
import type { PlannedFiles } from "./convert_safetensors.ts";
import { readHeader } from "./header.ts";

/** Whether a file begins as a safetensors file does: the length of a header, then its JSON. */
export function beginsWithHeader({ start }: ModelFile): boolean {
  // The length of a header is far less than 2^48, and no text has zeros there. A file that was cut
  // short is one still: its header says what is wrong.
  return start[6] === 0 && start[7] === 0 && start[8] === "{".charCodeAt(0);
}

/** The index that a file is; null for any other. */
export async function readIndex(file: ModelFile): Promise<JsonObject | null> {
  const json = beginsWithHeader(file) ? null : await file.json();
  return json !== null && isJsonObject(json.weight_map) ? json : null;
}

/** The files of a checkpoint: those that the index names, or the one file itself. */
export async function openShards(file: ModelFile): Promise<ByteSource[]> {
  const json = await readIndex(file);
  if (!json) return [file.source];
  const map = json.weight_map as JsonObject;
  const shards = new Map<string, { source: ByteSource; names: Set<string> }>();
  for (const [tensor, name] of Object.entries(map)) {
    const place = `weight_map of ${show(tensor)}`;
    if (typeof name !== "string" || !isInside(name)) {
      throw new ModelFileError(file.path, place, "a file in its folder", show(name));
    }
    let shard = shards.get(name);
    if (!shard) {
      const source = await file.beside(name);
      const names = (await readHeader(source)).tensors.map((tensor) => tensor.name);
      shards.set(name, shard = { source, names: new Set(names) });
    }
    if (!shard.names.has(tensor)) {
      throw new ModelFileError(file.path, place, `that tensor in ${name}`, "none");
    }
  }
  for (const [name, { names }] of shards) {
    const stray = [...names].find((tensor) => map[tensor] !== name);
    if (stray === undefined) continue;
    throw new ModelFileError(file.path, "weight_map", `${show(stray)} of ${name}`, "none");
  }
  if (shards.size === 0) throw new ModelFileError(file.path, "weight_map", "tensors", "none");
  return [...shards.values()].map(({ source }) => source);
}

/** The files that are to be written to `out`: the one, or each shard and then their index. */
export async function checkpointOutputs<Report>(
  file: ModelFile,
  { shards }: PlannedFiles<Report>,
  out: string,
): Promise<Output[]> {
  const json = await readIndex(file);
  if (!json) return [{ name: out, chunks: shards[0].chunks }];
  if (!out.endsWith(".json")) {
    const wanted = "--out to end in .json for a checkpoint in several files";
    throw new TypeError(expects("convert", wanted, show(out)));
  }
  const own = [...new Set(Object.values(json.weight_map as Record<string, string>))];
  const names = shardNames(file.name, out, own);
  const weightMap = shards.flatMap(({ tensors }, i) => tensors.map(({ name }) => [name, names[i]]));
  const size = shards.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
  const metadata = { ...isJsonObject(json.metadata) ? json.metadata : {}, total_size: size };
  const index = { ...json, metadata, weight_map: Object.fromEntries(weightMap) };
  const text = new TextEncoder().encode(JSON.stringify(index, null, 2));
  return [
    ...shards.map(({ chunks }, i) => ({ name: names[i], chunks })),
    { name: out, chunks: [text] },
  ];
}

/** Shards keep their names under an index of the same name, and are named after another one. */
function shardNames(index: string, out: string, names: readonly string[]): readonly string[] {
  if (index === out) return names;
  const stem = out.replace(/\.json$/, "").replace(/\.index$/, "")
    .replace(/\.safetensors$/, "");
  const padded = (n: number) => String(n).padStart(5, "0");
  return names.map((_, i) => `${stem}-${padded(i + 1)}-of-${padded(names.length)}.safetensors`);
}
