import type { JsonObject } from "../../json.ts";
import type { NormVectors } from "../../norm_layer.ts";
import { layerName } from "../../topology/layer_nodes.ts";
import { findValues, type WeightGroup } from "./weight_groups.ts";

/** The vectors of a normalisation layer, dequantised. */
export function layersModelVectors(groups: readonly WeightGroup[], node: JsonObject): NormVectors {
  const vector = (name: string) => findValues(groups, layerName(node) ?? "", name);
  return {
    weight: vector("gamma"),
    bias: vector("beta"),
    runningMean: vector("moving_mean"),
    runningVar: vector("moving_variance"),
  };
}
