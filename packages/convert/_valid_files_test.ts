/** Valid files of each format, and what reads them, for the tests that break them. */
import { foldKerasArchive } from "./formats/keras/fold_keras_archive.ts";
import { foldLayersModel } from "./formats/layers_model/fold_layers_model.ts";
import { foldSafetensors } from "./formats/safetensors/fold_safetensors.ts";
import { convertKerasArchive } from "./formats/keras/convert_keras_archive.ts";
import { unzip, zip } from "./formats/keras/zip_archive.ts";
import { convertLayersModel } from "./formats/layers_model/convert_layers_model.ts";
import { filesOf, models } from "./formats/layers_model/_models_test.ts";
import { ModelFileError } from "./files/model_file_error.ts";
import { parseJson } from "./files/parse_json.ts";
import type { JsonObject } from "./json.ts";
import { convertSafetensors } from "./formats/safetensors/convert_safetensors.ts";

const golden = new URL("../parity/golden/minicnn_batch2.safetensors", import.meta.url);
const keras = new URL("./testdata/renorm.keras", import.meta.url);
const { json, shards } = await filesOf(models.nested().model);

/** A format: bytes that are valid, and a conversion that reads all of them. */
export interface ValidFile {
  readonly bytes: Uint8Array;
  convert(bytes: Uint8Array): Promise<unknown>;
}

const skip = { onUnsupported: "skip" } as const;

/** Reads a `model.json` as the command does. */
function convertModelJson(text: Uint8Array, parts: ReadonlyMap<string, Uint8Array>) {
  const parsed = parseJson(new TextDecoder().decode(text), "model.json", "JSON");
  const files = { json: parsed as JsonObject, shards: parts };
  return [convertLayersModel(files, skip), foldLayersModel(files)];
}

async function convertArchive(bytes: Uint8Array) {
  const plain = await convertKerasArchive(bytes, { ...skip, to: "batch-norm" });
  return [plain, await convertKerasArchive(plain.bytes, skip), await foldKerasArchive(bytes)];
}

export const validFiles: Record<string, ValidFile> = {
  "safetensors": {
    bytes: Deno.readFileSync(golden),
    convert: async (bytes) => [
      await convertSafetensors(bytes, skip),
      await foldSafetensors(bytes, { byName: true }),
    ],
  },
  "model.json": {
    bytes: new TextEncoder().encode(JSON.stringify(json)),
    convert: async (bytes) => await convertModelJson(bytes, shards),
  },
  "a shard": {
    bytes: shards.get("group1-shard1.bin")!,
    async convert(bytes) {
      const text = new TextEncoder().encode(JSON.stringify(json));
      return await convertModelJson(text, new Map([...shards, ["group1-shard1.bin", bytes]]));
    },
  },
  ".keras": {
    bytes: Deno.readFileSync(keras),
    convert: convertArchive,
  },
  "the config within a .keras": {
    bytes: unzip(Deno.readFileSync(keras), "test.keras").get("config.json")!,
    convert(bytes) {
      const entries = unzip(Deno.readFileSync(keras), "test.keras");
      return convertArchive(zip(entries.set("config.json", bytes)));
    },
  },
  "the weights within a .keras": {
    bytes: unzip(Deno.readFileSync(keras), "test.keras").get("model.weights.h5")!,
    convert(bytes) {
      const entries = unzip(Deno.readFileSync(keras), "test.keras");
      return convertArchive(zip(entries.set("model.weights.h5", bytes)));
    },
  },
};

/** Whether an outcome is one that bad input may have: a parse, or an error of the file. */
export async function outcome(convert: () => Promise<unknown>): Promise<"parsed" | "refused"> {
  try {
    await convert();
    return "parsed";
  } catch (error) {
    if (error instanceof ModelFileError) return "refused";
    throw error;
  }
}
