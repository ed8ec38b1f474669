import { type ConversionReport, conversionReport } from "../conversion_report.ts";
import { convertTo } from "../convert.ts";
import type { ConvertToBatchRenormOptions } from "../convert_options.ts";
import { findNormLayers, type Found } from "../find_norm_layers.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { NormLayer } from "../norm_layer.ts";
import { listPaths, neverMoved, neverMovedNotes } from "../norm_statistics.ts";
import { type NormDialect, topologyAdapter, type TopologyWeights } from "./topology_adapter.ts";

/**
 * Converts the topology of a model whose weights are at hand, which the caller changes.
 *
 * @returns The model, its layers that were converted as they were before, and the report.
 */
export function convertTopology<Model extends JsonObject>(
  to: NormLayer["kind"],
  model: Model,
  options: ConvertToBatchRenormOptions,
  dialect: NormDialect,
  { hiddenNorm, vectors }: TopologyWeights,
): { model: Model; done: Found<JsonObject>[]; report: ConversionReport } {
  const adapter = topologyAdapter(dialect, { hiddenNorm });
  const found = findNormLayers<JsonObject>(model, adapter);
  const { model: made, converted, skipped } = convertTo<JsonObject>(to, model, {
    ...options,
    adapter,
  });
  const paths = new Set(converted.map(({ path }) => path));
  const done = found.filter(({ path }) => paths.has(path));
  const pathsWhere = (holds: (node: JsonObject) => boolean) =>
    done.filter(({ node }) => holds(node)).map(({ path }) => path);
  const frozen = pathsWhere(({ config }) => isJsonObject(config) && config.trainable === false);
  const notes = [
    ...frozen.length > 0 ? [`frozen, their trainable is false: ${listPaths(frozen)}`] : [],
    ...neverMovedNotes(pathsWhere((node) => neverMoved(vectors(node)))),
  ];
  return { model: made as Model, done, report: conversionReport(converted, skipped, notes) };
}
