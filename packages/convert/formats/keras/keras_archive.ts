/** The `.keras` archives of Keras 3: `config.json` and `model.weights.h5` in a zip archive. */
import { show } from "@renorm/core-math/checks";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { LayerNode } from "../../topology/layer_nodes.ts";
import { readHdf5, writeHdf5 } from "./hdf5_tree.ts";
import { layerGroups } from "./keras_archive_groups.ts";
import { type KerasModel, parseKerasConfig } from "./keras_model.ts";
import { unzip, zip } from "./zip_archive.ts";

const configEntry = "config.json";
const weightsEntry = "model.weights.h5";

/** Far more than the config of any network; parsed, a text is many times its size. */
const largestConfig = 2 ** 23;

/** Reads an archive. */
export async function readKerasArchive(bytes: Uint8Array, file: string): Promise<KerasModel> {
  const entries = unzip(bytes, file);
  const entry = (name: string) => {
    const found = entries.get(name);
    if (!found) throw new ModelFileError(file, "archive", name, show([...entries.keys()]));
    return found;
  };
  const config = entry(configEntry);
  if (config.length > largestConfig) {
    const wanted = `at most ${largestConfig} bytes`;
    throw new ModelFileError(file, configEntry, wanted, String(config.length));
  }
  const model = parseKerasConfig(new TextDecoder().decode(config), file);
  const weights = await readHdf5(entry(weightsEntry), file);
  async function write(changed: LayerNode) {
    const all = new Map(entries);
    all.set(configEntry, new TextEncoder().encode(JSON.stringify(changed)));
    all.set(weightsEntry, await writeHdf5(weights));
    return zip(all);
  }
  return { model, weights, groups: layerGroups(model, weights, file), write };
}
