import { inspect } from "../../inspect.ts";
import type { JsonObject } from "../../json.ts";
import type { ModelFile } from "../../files/model_file.ts";
import { isLayerNode } from "../../topology/layer_nodes.ts";
import { graphOptions, type ModelFormat } from "../model_format.ts";
import { convertTopologyFile, noWeights } from "../topology_file.ts";
import { convertKerasArchive } from "./convert_keras_archive.ts";
import { foldKerasArchive } from "./fold_keras_archive.ts";
import { isHdf5 } from "./keras_hdf5.ts";
import { kerasWeights } from "./keras_model.ts";
import { kerasDialect, kerasTopology } from "./keras_topology.ts";
import { topologyAdapter } from "../../topology/topology_adapter.ts";
import { readKerasModel } from "./read_keras_model.ts";

/** A `.keras` archive of Keras 3, the `config.json` of one, or an HDF5 model of Keras 2 and 3. */
export const kerasFormat: ModelFormat = {
  async recognises(file) {
    return isZip(file) || isHdf5(file.start) || await configOf(file) !== null;
  },
  async inspect(file) {
    const config = await configOf(file);
    if (config) return await inspect<JsonObject>(config, kerasTopology());
    const archive = await readKerasModel(await file.bytes(), file.path);
    const adapter = topologyAdapter(kerasDialect, kerasWeights(archive, file.path));
    return await inspect<JsonObject>(archive.model, adapter);
  },
  async convert(file, options, out) {
    const config = await configOf(file);
    if (config) return convertTopologyFile(config, options, kerasTopology(), out);
    const { statistics: _ofLayersModels, eps: _saidThere, ...known } = options;
    const { bytes, ...report } = await convertKerasArchive(await file.bytes(), known, file.path);
    return { report, outputs: [{ name: out, chunks: [bytes] }] };
  },
  async fold(file, options, out) {
    if (await configOf(file)) throw noWeights(file.path);
    const known = graphOptions(options);
    const { bytes, ...report } = await foldKerasArchive(await file.bytes(), known, file.path);
    return { report, outputs: [{ name: out, chunks: [bytes] }] };
  },
};

function isZip({ start }: ModelFile): boolean {
  return start[0] === 0x50 && start[1] === 0x4b;
}

/** The config that a file of JSON holds; null when it is none of Keras 3, which names modules. */
async function configOf(file: ModelFile): Promise<JsonObject | null> {
  const json = await file.json();
  return json && isLayerNode(json) && "module" in json ? json : null;
}
