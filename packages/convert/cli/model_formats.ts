/** The files of each format, and what each command makes of them. */
import { dirname, join } from "node:path";
import type { ConversionReport } from "../conversion.ts";
import { convertToBatchNorm, convertToBatchRenorm } from "../convert.ts";
import {
  isSameFile,
  type OpenFile,
  openFile,
  type Output,
  readWhole,
} from "../files/file_access.ts";
import { foldKerasArchive } from "../fold/fold_keras_archive.ts";
import { foldLayersModel } from "../fold/fold_layers_model.ts";
import { planFolding } from "../fold/fold_safetensors.ts";
import type { Folding } from "../fold/folding.ts";
import { inspect, type Inspection } from "../inspect.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { convertKerasArchive } from "../keras_model/convert_keras_archive.ts";
import { kerasVectors, parseKerasConfig, readKerasArchive } from "../keras_model/keras_archive.ts";
import { kerasTopology } from "../keras_model/keras_topology.ts";
import { convertLayersModel, type LayersModelFiles } from "../layers_model/convert_layers_model.ts";
import { layersModelTopology } from "../layers_model/layers_model_topology.ts";
import { layersModelVectors } from "../layers_model/layers_model_vectors.ts";
import { readWeightGroups, shardPaths } from "../layers_model/weight_groups.ts";
import { ModelFileError } from "../model_file_error.ts";
import { parseJson } from "../parse_json.ts";
import { planSafetensors } from "../safetensors/convert_safetensors.ts";
import { openStateDict } from "../safetensors/state_dict_file.ts";
import type { Arguments } from "./arguments.ts";
import { modelNode } from "../topology/layer_nodes.ts";

/** What a command made of a file. */
export interface Result {
  readonly report: Inspection | ConversionReport | Folding;
  /** What is to be written; nothing for `inspect`. */
  readonly outputs: readonly Output[];
  /** Files that stay open until all is written. */
  readonly open?: OpenFile;
}

/** Runs a command on a file, up to what is to be written. */
export async function runCommand(args: Arguments): Promise<Result> {
  const source = await openFile(args.file);
  let result: Result | null = null;
  try {
    const start = await source.read(0, Math.min(source.size, 64));
    const text = new TextDecoder().decode(start).trimStart();
    result = text.startsWith("PK")
      ? await kerasArchive(args)
      : text.startsWith("{") || args.file.endsWith(".json")
      ? await jsonModel(args)
      : await safetensors(args, source);
    return result;
  } finally {
    if (!result?.open) await source.close();
  }
}

async function safetensors(args: Arguments, source: OpenFile): Promise<Result> {
  const { command, options, pairs } = args;
  const eps = args.eps === null ? {} : { eps: args.eps };
  if (command === "inspect") {
    const { root, adapter } = await openStateDict(source, eps);
    return { report: await inspect(root, adapter), outputs: [] };
  }
  const planned = command === "fold"
    ? await planFolding(source, { ...eps, pairs })
    : await planSafetensors(source, { ...options, ...eps, to: targetOf(command) });
  return {
    report: planned,
    outputs: [{ path: args.out!, chunks: planned.chunks }],
    open: source,
  };
}

async function kerasArchive(args: Arguments): Promise<Result> {
  const { command, file, options } = args;
  const bytes = await readWhole(file);
  if (command === "inspect") {
    const archive = await readKerasArchive(bytes, file);
    const adapter = kerasTopology((node) => kerasVectors(archive, node, file));
    return { report: await inspect<JsonObject>(archive.model, adapter), outputs: [] };
  }
  const report = command === "fold"
    ? await foldKerasArchive(bytes, file)
    : await convertKerasArchive(bytes, { ...options, to: targetOf(command) }, file);
  return { report, outputs: [{ path: args.out!, chunks: [report.bytes] }] };
}

async function jsonModel(args: Arguments): Promise<Result> {
  const { command, file, options, statistics } = args;
  const text = new TextDecoder().decode(await readWhole(file));
  const json = parseJson(text, file, "JSON");
  if (!isJsonObject(json) || !modelNode(json)) {
    throw new ModelFileError(file, "JSON", "a layers model or a Keras config", "something else");
  }
  if (!("weightsManifest" in json)) return topology(args, text, json);
  const paths = shardPaths(json, file);
  const files = { json, shards: await readShards(file, paths) };
  if (command === "inspect") {
    const groups = readWeightGroups(json, files.shards, file);
    const adapter = layersModelTopology((node) => layersModelVectors(groups, node));
    return { report: await inspect<JsonObject>(json, adapter), outputs: [] };
  }
  const report = command === "fold"
    ? foldLayersModel(files)
    : convertLayersModel(files, { ...options, statistics, to: targetOf(command) });
  const outputs = layersModelOutputs(report, args.out!);
  // Shards that stay as they are need no second writing.
  const isDone = ({ path }: Output) =>
    report.shards === files.shards &&
    paths.some((own) => isSameFile(path, join(dirname(file), own)));
  return { report, outputs: outputs.filter((output) => !isDone(output)) };
}

/** JSON without weights: a Keras config, or what `model.toJSON()` gives. */
async function topology(args: Arguments, text: string, json: JsonObject): Promise<Result> {
  const { command, file, options } = args;
  const isKeras = "module" in json;
  const model = isKeras ? parseKerasConfig(text, file) : json;
  const adapter = isKeras ? kerasTopology() : layersModelTopology();
  if (command === "inspect") {
    return { report: await inspect<JsonObject>(model, adapter), outputs: [] };
  }
  if (command === "fold") {
    throw new ModelFileError(file, "JSON", "a model with its weights to fold", "a topology alone");
  }
  const report = command === "to-renorm"
    ? convertToBatchRenorm<JsonObject>(model, { ...options, adapter })
    : convertToBatchNorm<JsonObject>(model, { ...options, adapter });
  return { report, outputs: [jsonOutput(args.out!, report.model)] };
}

async function readShards(file: string, paths: string[]): Promise<Map<string, Uint8Array>> {
  const shards = new Map<string, Uint8Array>();
  for (const path of paths) {
    try {
      shards.set(path, await readWhole(join(dirname(file), path)));
    } catch (error) {
      if (error instanceof ModelFileError) throw error;
      const got = (error as { code?: string }).code ?? (error as Error).message;
      throw new ModelFileError(file, `shard ${path}`, "a file beside it", got);
    }
  }
  return shards;
}

/** The shards first, so that a `model.json` never names one that is not there yet. */
function layersModelOutputs({ json, shards }: LayersModelFiles, out: string): Output[] {
  return [
    ...[...shards].map(([path, bytes]) => ({ path: join(dirname(out), path), chunks: [bytes] })),
    jsonOutput(out, json),
  ];
}

function jsonOutput(path: string, json: JsonObject): Output {
  return { path, chunks: [new TextEncoder().encode(JSON.stringify(json))] };
}

function targetOf(command: Arguments["command"]): "batch-renorm" | "batch-norm" {
  return command === "to-batchnorm" ? "batch-norm" : "batch-renorm";
}
