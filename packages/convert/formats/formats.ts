import type { ModelFile } from "../files/model_file.ts";
import { ModelFileError } from "../files/model_file_error.ts";
import type { ModelFormat } from "./format.ts";
import { kerasFormat } from "./keras/keras_format.ts";
import { layersModelFormat } from "./layers_model/layers_model_format.ts";
import { safetensorsFormat } from "./safetensors/safetensors_format.ts";

/** The formats, in the order in which they are asked. */
const formats: readonly ModelFormat[] = [safetensorsFormat, kerasFormat, layersModelFormat];

/**
 * The format of a file.
 *
 * @throws {ModelFileError} For a file of none.
 */
export async function formatOf(file: ModelFile): Promise<ModelFormat> {
  for (const format of formats) {
    if (await format.recognises(file)) return format;
  }
  if (file.path.endsWith(".json") || await file.json()) {
    const wanted = "a layers model or a Keras config";
    throw new ModelFileError(file.path, "JSON", wanted, "something else");
  }
  // Its header says what is wrong.
  return safetensorsFormat;
}
