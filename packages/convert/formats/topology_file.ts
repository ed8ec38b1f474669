/** JSON without weights: a Keras config, or what `model.toJSON()` of TensorFlow.js gives. */
import type { ConversionReport } from "../conversion_report.ts";
import { convertTo } from "../convert.ts";
import { ModelFileError } from "../files/model_file_error.ts";
import type { Output } from "../files/output.ts";
import type { JsonObject } from "../json.ts";
import type { ModelAdapter } from "../model_adapter.ts";
import type { ConvertFileOptions, Made } from "./model_format.ts";

/** Converts a topology in place. */
export function convertTopologyFile(
  model: JsonObject,
  { to, statistics: _ofWeights, eps: _saidThere, ...options }: ConvertFileOptions,
  adapter: ModelAdapter<JsonObject>,
  out: string,
): Made<ConversionReport> {
  const { model: made, ...report } = convertTo(to, model, { ...options, adapter });
  return { report, outputs: [jsonOutput(out, made)] };
}

/** What folding a topology says. */
export function noWeights(file: string): ModelFileError {
  return new ModelFileError(file, "JSON", "a model with its weights to fold", "a topology alone");
}

/** A JSON file to be written. */
export function jsonOutput(name: string, json: JsonObject): Output {
  return { name, chunks: [new TextEncoder().encode(JSON.stringify(json))] };
}
