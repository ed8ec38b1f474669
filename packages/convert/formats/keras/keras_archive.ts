import { show } from "@renorm/core-math/checks";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { NormVectors } from "../../norm_layer.ts";
import { parseJson } from "../../files/parse_json.ts";
import { isLayerNode, type LayerNode } from "../../topology/layer_nodes.ts";
import { ownClass, shownClass } from "../../topology/layer_class.ts";
import type { TopologyWeights } from "../../topology/topology_adapter.ts";
import { type Hdf5Group, readHdf5, writeHdf5 } from "./hdf5_tree.ts";
import { isHdf5, readKerasHdf5 } from "./keras_hdf5.ts";
import { readVariables } from "./norm_variables.ts";
import { layerGroups } from "./keras_archive_groups.ts";
import { hiddenNorms } from "./hidden_norms.ts";
import { unzip, zip } from "./zip_archive.ts";

/** A model that was read, a `.keras` archive or one in HDF5. */
export interface KerasArchive {
  /** Its config. */
  readonly model: LayerNode;
  /** All its weights, with those of an optimizer in the group `optimizer`. */
  readonly weights: Hdf5Group;
  /** The group of each layer; its variables are in the group `vars` below. */
  readonly groups: Map<JsonObject, Hdf5Group>;
  /** The file again, with the weights as they are now and a changed config. */
  write(model: LayerNode): Promise<Uint8Array>;
}

const configEntry = "config.json";
const weightsEntry = "model.weights.h5";

/** Far more than the config of any network; parsed, a text is many times its size. */
const largestConfig = 2 ** 23;

/** Reads a model of either form. */
export async function readKerasArchive(bytes: Uint8Array, file: string): Promise<KerasArchive> {
  if (isHdf5(bytes)) return await readKerasHdf5(bytes, file);
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

/** Parses a `config.json`. */
export function parseKerasConfig(text: string, file: string): LayerNode {
  const json = parseJson(text, file, configEntry);
  if (!isLayerNode(json)) {
    const got = isJsonObject(json) ? show(Object.keys(json).slice(0, 8)) : show(json);
    throw new ModelFileError(file, configEntry, "a model with class_name and config", got);
  }
  return json;
}

/** The vectors of a layer of the archive. */
export function kerasVectors(
  { groups }: KerasArchive,
  node: JsonObject,
  file: string,
): NormVectors {
  const group = groups.get(node)?.groups.get("vars");
  const variables = group && readVariables(node.config as JsonObject, group, file);
  const vector = (name: string) => (variables?.get(name)?.values ?? null) as Float32Array | null;
  return {
    weight: vector("gamma"),
    bias: vector("beta"),
    runningMean: vector("moving_mean"),
    runningVar: vector("moving_variance"),
  };
}

/** What the weights of an archive say of its layers. */
export function kerasWeights(archive: KerasArchive, file: string): TopologyWeights {
  return {
    vectors: (node) => kerasVectors(archive, node, file),
    hiddenNorm: (node) => {
      if (ownClass(node) !== null) return null;
      const group = archive.groups.get(node);
      const held = group ? hiddenNorms(group, new Set(archive.groups.values())) : [];
      if (held.length === 0) return null;
      const shown = held.slice(0, 3).join(", ");
      const more = held.length > 3 ? ` and ${held.length - 3} more` : "";
      return `${shownClass(node)} is no class we know, and holds what may be batch norm: ` +
        `${shown}${more}`;
    },
  };
}
