import { dirname, join } from "node:path";
import { isSameFile, type Output, readWhole } from "../../files/file_access.ts";
import { type ModelFile, pathBeside } from "../../files/model_file.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import { inspect } from "../../inspect.ts";
import type { JsonObject } from "../../json.ts";
import { modelNode } from "../../topology/layer_nodes.ts";
import type { ModelFormat } from "../format.ts";
import { convertTopology, jsonOutput, noWeights } from "../topology_file.ts";
import { convertLayersModel, type LayersModelFiles } from "./convert_layers_model.ts";
import { foldLayersModel } from "./fold_layers_model.ts";
import { layersModelTopology } from "./layers_model_topology.ts";
import { layersModelVectors } from "./layers_model_vectors.ts";
import { readWeightGroups, shardPaths } from "./weight_groups.ts";

/** A TensorFlow.js `model.json` with its shards beside it, or a topology alone. */
export const layersModelFormat: ModelFormat = {
  async recognises(file) {
    return modelNode(await file.json()) !== null;
  },
  async inspect(file) {
    const json = (await file.json())!;
    if (!hasWeights(json)) return await inspect<JsonObject>(json, layersModelTopology());
    const { shards } = await readFiles(file);
    const groups = readWeightGroups(json, shards, file.path);
    const adapter = layersModelTopology((node) => layersModelVectors(groups, node));
    return await inspect<JsonObject>(json, adapter);
  },
  async convert(file, options, out) {
    const given = (await file.json())!;
    if (!hasWeights(given)) return convertTopology(given, options, layersModelTopology(), out);
    const { eps: _saidThere, ...known } = options;
    const files = await readFiles(file);
    const { json, shards, ...report } = convertLayersModel(files, known);
    const outputs = outputsOf({ json, shards }, out);
    // Shards that stay as they are need no second writing.
    const isThere = ({ path }: Output) =>
      shards === files.shards &&
      [...shards.keys()].some((own) => isSameFile(path, join(dirname(file.path), own)));
    return { report, outputs: outputs.filter((output) => !isThere(output)) };
  },
  async fold(file, _options, out) {
    if (!hasWeights((await file.json())!)) throw noWeights(file.path);
    const { json, shards, ...report } = foldLayersModel(await readFiles(file));
    return { report, outputs: outputsOf({ json, shards }, out) };
  },
};

function hasWeights(json: JsonObject): boolean {
  return "weightsManifest" in json;
}

async function readFiles(file: ModelFile): Promise<LayersModelFiles> {
  const json = (await file.json())!;
  const shards = new Map<string, Uint8Array>();
  for (const path of shardPaths(json, file.path)) {
    try {
      shards.set(path, await readWhole(await pathBeside(file.path, path)));
    } catch (error) {
      if (error instanceof ModelFileError) throw error;
      const got = (error as { code?: string }).code ?? (error as Error).message;
      throw new ModelFileError(file.path, `shard ${path}`, "a file beside it", got);
    }
  }
  return { json, shards };
}

/** The shards first, so that a `model.json` never names one that is not there yet. */
function outputsOf({ json, shards }: LayersModelFiles, out: string): Output[] {
  return [
    ...[...shards].map(([path, bytes]) => ({ path: join(dirname(out), path), chunks: [bytes] })),
    jsonOutput(out, json),
  ];
}
