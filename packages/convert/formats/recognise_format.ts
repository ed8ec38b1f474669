import { unsupportedJson } from "../files/unsupported_formats.ts";
import { type ModelFile, readFormats } from "../files/model_file.ts";
import { ModelFileError } from "../files/model_file_error.ts";
import type { ModelFormat } from "./model_format.ts";
import { kerasFormat } from "./keras/keras_format.ts";
import { layersModelFormat } from "./layers_model/layers_model_format.ts";
import { safetensorsFormat } from "./safetensors/safetensors_format.ts";

/** The formats, in the order in which they are asked. */
const formats: readonly ModelFormat[] = [safetensorsFormat, kerasFormat, layersModelFormat];

/**
 * The format of a file, which inspects, converts and folds files of its kind.
 *
 * @param file What {@linkcode openChosenFiles} gives.
 * @throws {ModelFileError} For a file of none, with the way to one that is read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatOf, openChosenFiles } from "@renorm/convert";
 *
 * const notes = new File(["no model"], "notes.txt");
 * await assert.rejects(openChosenFiles([notes]).then(formatOf), { name: "ModelFileError" });
 * ```
 */
export async function formatOf(file: ModelFile): Promise<ModelFormat> {
  const unsupported = await file.unsupported();
  if (unsupported) throw new ModelFileError(file.path, "format", readFormats, unsupported);
  for (const format of formats) {
    if (await format.recognises(file)) return format;
  }
  const json = await file.json();
  const got = json ? unsupportedJson(json) ?? "JSON of something else" : "something else";
  throw new ModelFileError(file.path, "format", readFormats, got);
}
