import { readAll } from "../../files/byte_source.ts";
import type { ModelFile } from "../../files/model_file.ts";
import type { Output } from "../../files/output.ts";
import { inspect } from "../../inspect.ts";
import type { JsonObject } from "../../json.ts";
import { modelNode } from "../../topology/layer_nodes.ts";
import { graphOptions, type ModelFormat } from "../model_format.ts";
import { convertTopologyFile, jsonOutput, noWeights } from "../topology_file.ts";
import { convertLayersModel, type LayersModelFiles } from "./convert_layers_model.ts";
import { foldLayersModel } from "./fold_layers_model.ts";
import { layerWeights } from "./layer_weights.ts";
import { layersModelDialect, layersModelTopology } from "./layers_model_topology.ts";
import { topologyAdapter } from "../../topology/topology_adapter.ts";
import { readWeightGroups, shardPaths } from "./weights_manifest.ts";

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
    const adapter = topologyAdapter(layersModelDialect, layerWeights(json, groups));
    return await inspect<JsonObject>(json, adapter);
  },
  async convert(file, options, out) {
    const given = (await file.json())!;
    if (!hasWeights(given)) return convertTopologyFile(given, options, layersModelTopology(), out);
    const { eps: _saidThere, ...known } = options;
    const files = await readFiles(file);
    const { json, shards, ...report } = convertLayersModel(files, known);
    if (shards === files.shards) return { report, outputs: outputsOf({ json, shards }, out, true) };
    const changed = file.name === out ? { json, shards } : renamed(json, shards, out);
    return { report, outputs: outputsOf(changed, out) };
  },
  async fold(file, options, out) {
    if (!hasWeights((await file.json())!)) throw noWeights(file.path);
    const known = graphOptions(options);
    const { json, shards, ...report } = foldLayersModel(await readFiles(file), known);
    const files = file.name === out ? { json, shards } : renamed(json, shards, out);
    return { report, outputs: outputsOf(files, out) };
  },
};

/** New shards named after a `model.json` of another name, so that both can share a folder. */
function renamed(
  json: JsonObject,
  shards: ReadonlyMap<string, Uint8Array>,
  out: string,
): LayersModelFiles {
  const stem = out.replace(/\.json$/, "");
  const names = new Map(
    [...shards.keys()].map((path, i) => [path, `${stem}-shard${i + 1}of${shards.size}.bin`]),
  );
  const manifest = json.weightsManifest as { paths: string[] }[];
  return {
    json: {
      ...json,
      weightsManifest: manifest.map((group) => ({
        ...group,
        paths: group.paths.map((path) => names.get(path)!),
      })),
    },
    shards: new Map([...shards].map(([path, bytes]) => [names.get(path)!, bytes])),
  };
}

function hasWeights(json: JsonObject): boolean {
  return "weightsManifest" in json;
}

async function readFiles(file: ModelFile): Promise<LayersModelFiles> {
  const json = (await file.json())!;
  const shards = new Map<string, Uint8Array>();
  for (const path of shardPaths(json, file.path)) {
    shards.set(path, await readAll(await file.beside(path)));
  }
  return { json, shards };
}

/** The shards first, so that a `model.json` never names one that is not there yet. */
function outputsOf({ json, shards }: LayersModelFiles, out: string, isThere = false): Output[] {
  return [
    ...Array.from(shards, ([name, bytes]) => ({ name, chunks: [bytes], isThere })),
    jsonOutput(out, json),
  ];
}
