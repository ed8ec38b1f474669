import { expects, show } from "@renorm/core-math/checks";
import type { ByteSource } from "./byte_source.ts";
import { type ModelFile, modelFile } from "./model_file.ts";
import { ModelFileError } from "./model_file_error.ts";

/**
 * Opens what a user chose or dropped in a browser: a model, and the files that it names, as a
 * `model.json` names its shards. Nothing is read before it is needed, and nothing leaves the
 * browser.
 *
 * @param files In any order. Of several the one that ends in `.json` is the model.
 * @returns The model's file, for {@linkcode formatOf}.
 * @throws {TypeError} For no file, or several of which none or more than one can be the model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatOf, openChosenFiles } from "@renorm/convert";
 *
 * const topology = { class_name: "BatchNormalization", config: { name: "bn", axis: -1 } };
 * const model = { class_name: "Sequential", config: { name: "net", layers: [topology] } };
 * const chosen = new File([JSON.stringify(model)], "model.json");
 *
 * const file = await openChosenFiles([chosen]);
 * const { layers } = await (await formatOf(file)).inspect(file, {});
 * assert.deepEqual(layers.map(({ path }) => path), ["bn"]);
 * ```
 */
export async function openChosenFiles(files: readonly File[]): Promise<ModelFile> {
  const models = files.length > 1 ? files.filter(({ name }) => name.endsWith(".json")) : files;
  if (models.length !== 1) {
    const wanted = "a model, or a .json file and the files that it names";
    const got = files.length === 0 ? "no file" : files.map(({ name }) => show(name)).join(", ");
    throw new TypeError(expects("openChosenFiles", wanted, got));
  }
  const [model] = models;
  return await modelFile(sourceOf(model), model.name, (name) => {
    // A chosen file has no folder: the last part of the name is all that can be the same.
    const found = files.find((file) => file.name === name.split("/").at(-1));
    return found ? Promise.resolve(sourceOf(found)) : Promise.reject(
      new ModelFileError(model.name, `shard ${name}`, "that file too", "none of this name"),
    );
  });
}

function sourceOf(file: File): ByteSource {
  return {
    name: file.name,
    size: file.size,
    read: async (offset, length) =>
      new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  };
}
