import { isJsonObject, type JsonObject } from "../json.ts";
import type { LayerGraph } from "./layer_graph.ts";
import { ownClass } from "./layer_class.ts";

/** Classes whose output has the rank of their input. */
const keepRank = [
  ...["Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "ThresholdedReLU", "Softmax"],
  ...["Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"],
  ...["BatchNormalization", "BatchRenormalization", "LayerNormalization"],
];
const rankTwo = /^(Flatten|Global(Average|Max)Pooling[123]D)$/;

/** Tells the rank of a layer's output as far as the model says it; null where it does not. */
export function ranksAfter(graph: LayerGraph): (layer: JsonObject) => number | null {
  // A layer before another has its rank, so that the way back is gone but once.
  const known = new Map<JsonObject, number | null>();
  return (layer) => {
    const way: JsonObject[] = [];
    let rank: number | null = null;
    for (let node: JsonObject | undefined = layer; node; node = graph.feeding(node)) {
      if (known.has(node)) {
        rank = known.get(node)!;
        break;
      }
      known.set(node, null);
      way.push(node);
      const className: string = ownClass(node) ?? "";
      if (rankTwo.test(className)) rank = 2;
      else if (className === "InputLayer" || keepRank.includes(className)) rank = inputRank(node);
      if (rank !== null || !keepRank.includes(className)) break;
    }
    for (const node of way) known.set(node, rank);
    return rank;
  };
}

/** The rank of the input that a layer was made or built for. */
function inputRank({ config, build_config: build }: JsonObject): number | null {
  const { batch_input_shape: old, batch_shape: shape } = isJsonObject(config) ? config : {};
  const built = isJsonObject(build) ? build.input_shape : undefined;
  const found = [old, shape, built].find(Array.isArray) as unknown[] | undefined;
  return found ? found.length : null;
}
