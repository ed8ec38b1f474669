/** A Keras model in memory, whether it came from a `.keras` archive or an `.h5` file. */
import { show } from "@renorm/core-math/checks";
import { ModelFileError } from "../../files/model_file_error.ts";
import { parseJson } from "../../files/parse_json.ts";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { listPaths } from "../../norm_statistics.ts";
import { ownClass, shownClass } from "../../topology/layer_class.ts";
import { isLayerNode, type LayerNode } from "../../topology/layer_nodes.ts";
import type { TopologyWeights } from "../../topology/topology_adapter.ts";
import type { Hdf5Group } from "./hdf5_tree.ts";
import { hiddenNorms } from "./hidden_norms.ts";
import { readVariables } from "./norm_variables.ts";

/** A model that was read, with what writes it again in its own form. */
export interface KerasModel {
  /** Its config. */
  readonly model: LayerNode;
  /** All its weights, with those of an optimizer in the group `optimizer`. */
  readonly weights: Hdf5Group;
  /** The group of each layer; its variables are in the group `vars` below. */
  readonly groups: Map<JsonObject, Hdf5Group>;
  /** The file again, with the weights as they are now and a changed config. */
  write(model: LayerNode): Promise<Uint8Array>;
}

/** Parses a `config.json`. */
export function parseKerasConfig(text: string, file: string): LayerNode {
  const json = parseJson(text, file, "config.json");
  if (!isLayerNode(json)) {
    const got = isJsonObject(json) ? show(Object.keys(json).slice(0, 8)) : show(json);
    throw new ModelFileError(file, "config.json", "a model with class_name and config", got);
  }
  return json;
}

/** What the weights of a model say of its layers. */
export function kerasWeights({ groups }: KerasModel, file: string): TopologyWeights {
  return {
    vectors(node) {
      const group = groups.get(node)?.groups.get("vars");
      const variables = group && readVariables(node.config as JsonObject, group, file);
      const vector = (name: string) =>
        (variables?.get(name)?.values ?? null) as Float32Array | null;
      return {
        weight: vector("gamma"),
        bias: vector("beta"),
        runningMean: vector("moving_mean"),
        runningVar: vector("moving_variance"),
      };
    },
    hiddenNorm(node) {
      if (ownClass(node) !== null) return null;
      const group = groups.get(node);
      const held = group ? hiddenNorms(group, new Set(groups.values())) : [];
      if (held.length === 0) return null;
      return `${shownClass(node)} is no class we know, and holds what may be batch norm: ` +
        listPaths(held);
    },
  };
}
