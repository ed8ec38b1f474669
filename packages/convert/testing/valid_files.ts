/** Valid files of each format, and what reads them, for the tests that break them. */
import { bytesInMemory } from "../files/byte_source.ts";
import { type ModelFile, modelFile } from "../files/model_file.ts";
import { formatOf } from "../formats/recognise_format.ts";
import { safetensorsFormat } from "../formats/safetensors/safetensors_format.ts";
import { foldKerasArchive } from "../formats/keras/fold_keras_archive.ts";
import { foldLayersModel } from "../formats/layers_model/fold_layers_model.ts";
import { foldSafetensors } from "../formats/safetensors/fold_safetensors.ts";
import { convertKerasArchive } from "../formats/keras/convert_keras_archive.ts";
import { unzip, zip } from "../formats/keras/zip_archive.ts";
import { convertLayersModel } from "../formats/layers_model/convert_layers_model.ts";
import { fileOf } from "./checkpoints.ts";
import { floats, kerasHdf5 } from "./keras_hdf5.ts";
import { filesOf, models } from "./layers_models.ts";
import { ModelFileError } from "../files/model_file_error.ts";
import { parseJson } from "../files/parse_json.ts";
import type { JsonObject } from "../json.ts";
import { convertSafetensors } from "../formats/safetensors/convert_safetensors.ts";

const golden = new URL("../../parity/golden/minicnn_batch2.safetensors", import.meta.url);
const keras = new URL("../testdata/renorm.keras", import.meta.url);
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

/** A checkpoint of 16 bits in two files, with an index of its tensors. */
const parts = checkpointParts();

/** Converts and folds a file as the command does, with `others` beside it. */
async function convertAsFile(
  path: string,
  bytes: Uint8Array,
  others: ReadonlyMap<string, Uint8Array> = new Map(),
) {
  const file = await fileInMemory(path, bytes, others);
  const format = await formatOf(file);
  const limits = { to: "batch-renorm", statistics: "inference", ...skip } as const;
  const byName = format === safetensorsFormat ? { byName: true } : {};
  const made = [
    await format.convert(file, limits, path),
    await format.fold(file, byName, path),
  ];
  const written = made.flatMap(({ outputs }) => outputs);
  for (const { chunks } of written) for await (const _chunk of chunks);
  return await format.inspect(file, {});
}

export const validFiles: Record<string, ValidFile> = {
  "an index of shards": {
    bytes: parts.index,
    convert: (bytes) => convertAsFile("model.safetensors.index.json", bytes, parts.shards),
  },
  "a shard of 16 bits": {
    bytes: parts.shards.get("a.safetensors")!,
    convert: (bytes) => {
      const shards = new Map([...parts.shards, ["a.safetensors", bytes]]);
      return convertAsFile("model.safetensors.index.json", parts.index, shards);
    },
  },
  ".h5": {
    bytes: await kerasH5(),
    convert: (bytes) => convertAsFile("model.h5", bytes),
  },
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

/** A file as one on disk is opened. */
function fileInMemory(
  path: string,
  bytes: Uint8Array,
  others: ReadonlyMap<string, Uint8Array>,
): Promise<ModelFile> {
  return modelFile(bytesInMemory(bytes, path), path, (name) => {
    const found = others.get(name);
    if (!found) throw new ModelFileError(path, name, "a file beside it", "none");
    return Promise.resolve(bytesInMemory(found, name));
  });
}

function checkpointParts(): { index: Uint8Array; shards: ReadonlyMap<string, Uint8Array> } {
  const shard = (tensors: Record<string, number[]>, dtype: string) =>
    fileOf(Object.fromEntries(
      Object.entries(tensors).map(([name, shape]) => {
        const values = Array(shape.reduce((a, b) => a * b, 1)).fill(1);
        return [name, { dtype, shape, values }];
      }),
    ));
  const first = { "net.0.weight": [2, 3, 1, 1], "net.1.weight": [2], "net.1.bias": [2] };
  const second = { "net.1.running_mean": [2], "net.1.running_var": [2] };
  const map = [
    ...Object.keys(first).map((name) => [name, "a.safetensors"]),
    ...Object.keys(second).map((name) => [name, "b.safetensors"]),
  ];
  const index = { metadata: { total_size: 28 }, weight_map: Object.fromEntries(map) };
  return {
    index: new TextEncoder().encode(JSON.stringify(index)),
    shards: new Map([
      ["a.safetensors", shard(first, "F16")],
      ["b.safetensors", shard(second, "BF16")],
    ]),
  };
}

/** A small `.h5` model of Keras: a dense layer and a batch norm. */
function kerasH5(): Promise<Uint8Array> {
  const layers = [
    { class_name: "Dense", config: { name: "d", units: 2, use_bias: false } },
    { class_name: "BatchNormalization", config: { name: "b", axis: -1 } },
  ];
  const names = ["gamma", "beta", "moving_mean", "moving_variance"];
  return kerasHdf5({ class_name: "Sequential", config: { name: "net", layers } }, {
    d: { "d/kernel": floats([1, 2], [1, 2]) },
    b: Object.fromEntries(names.map((name) => [`b/${name}`, floats([1, 2])])),
  });
}

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
