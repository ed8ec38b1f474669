/** Which weights of a `model.json` are which layer's. */
import { addTo, groupBy } from "../../group_by.ts";
import type { JsonObject } from "../../json.ts";
import type { NormVectors } from "../../norm_layer.ts";
import { childLayers, layerName, modelNode } from "../../topology/layer_nodes.ts";
import type { TopologyWeights } from "../../topology/topology_adapter.ts";
import type { Weight, WeightGroup } from "./weights_manifest.ts";
import { weightValues } from "./quantized_weights.ts";

/** Finds the weights of layers. */
export interface LayerWeights extends TopologyWeights {
  /** A layer's weight, such as its `kernel`; null when there is none. */
  find(layer: JsonObject, variable: string): Weight | null;
  /** The values of a layer's weight; null when there is none or they are not floats. */
  values(layer: JsonObject, variable: string): Float32Array | null;
}

const normVariables = ["gamma", "beta", "moving_mean", "moving_variance"];

/**
 * A weight is called as its layer, a slash, and the variable; some files put the names of the
 * models around the layer before that. Names may hold slashes themselves, so that the end of a name
 * says nothing: a name that is another layer's own is that layer's.
 */
export function layerWeights(json: JsonObject, groups: readonly WeightGroup[]): LayerWeights {
  const weights = groupBy(groups.flatMap(({ weights }) => weights), ({ name }) => name);
  const names = new Map<JsonObject, string[]>();
  const owners = new Map<string, JsonObject[]>();
  const visit = (node: JsonObject, above: readonly string[]) => {
    const name = layerName(node);
    const chain = name === null ? above : [...above, name];
    if (name !== null) {
      names.set(node, chain.map((_, i) => chain.slice(chain.length - 1 - i).join("/")));
      addTo(owners, name, node);
    }
    for (const { node: child } of childLayers(node)) visit(child, chain);
  };
  const root = modelNode(json);
  if (root) visit(root, []);

  function find(layer: JsonObject, variable: string): Weight | null {
    for (const name of names.get(layer) ?? []) {
      const others = (owners.get(name) ?? []).filter((other) => other !== layer);
      const found = weights.get(`${name}/${variable}`) ?? [];
      if (others.length === 0 && found.length === 1) return found[0];
    }
    return null;
  }
  function values(layer: JsonObject, variable: string): Float32Array | null {
    const weight = find(layer, variable);
    return weight && weightValues(weight.spec, weight.bytes);
  }
  function vectors(layer: JsonObject): NormVectors {
    const [weight, bias, runningMean, runningVar] = normVariables
      .map((variable) => values(layer, variable));
    return { weight, bias, runningMean, runningVar };
  }

  /**
   * Moving averages that are no batch norm's of the topology, by the layer they are named after.
   */
  const strays = new Map<JsonObject, string[]>();
  const known = new Set<Weight | null>(
    [...names.keys()].filter(({ class_name: name }) => /BatchNorm|BatchRenorm/.test(String(name)))
      .flatMap((node) => normVariables.map((variable) => find(node, variable))),
  );
  for (const [name, [weight]] of weights) {
    if (!/\/moving_(mean|variance)$/.test(name) || known.has(weight)) continue;
    const owner = ownerOf(name);
    if (owner) addTo(strays, owner, name);
  }
  /** The layer with the longest name that a weight's begins with; the model where there is none. */
  function ownerOf(weight: string): JsonObject | null {
    const parts = weight.split("/");
    for (let length = parts.length - 1; length > 0; length--) {
      const [owner] = owners.get(parts.slice(0, length).join("/")) ?? [];
      if (owner) return owner;
    }
    return root;
  }
  function hiddenNorm(layer: JsonObject): string | null {
    const held = strays.get(layer);
    return held ? `it holds ${held.join(", ")}: a batch norm that its own code makes` : null;
  }
  return { find, values, vectors, hiddenNorm };
}
