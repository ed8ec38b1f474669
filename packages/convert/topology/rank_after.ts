import { isJsonObject, type JsonObject } from "../json.ts";
import { callsOf, references } from "./layer_calls.ts";
import { isLayerNode, layerList, layerName } from "./layer_nodes.ts";
import { ownClass } from "./own_class.ts";

/** Classes whose output has the rank of their input. */
const keepRank = [
  ...["Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "ThresholdedReLU", "Softmax"],
  ...["Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"],
  ...["BatchNormalization", "BatchRenormalization", "LayerNormalization"],
];
const rankTwo = /^(Flatten|Global(Average|Max)Pooling[123]D)$/;

/** The rank of a layer's output as far as the model says it; null where it does not. */
export function rankAfter(model: JsonObject, layer: JsonObject): number | null {
  const list = layerList(model)?.filter(isLayerNode) ?? [];
  const seen = new Set<JsonObject>();
  let node: JsonObject | undefined = layer;
  while (node && !seen.has(node)) {
    seen.add(node);
    const className: string = ownClass(node) ?? "";
    if (rankTwo.test(className)) return 2;
    const isInput = className === "InputLayer";
    if (!isInput && !keepRank.includes(className)) return null;
    const rank = inputRank(node);
    if (rank !== null || isInput) return rank;
    node = nodeBefore(node);
  }
  return null;

  function nodeBefore(node: JsonObject): JsonObject | undefined {
    if (ownClass(model) === "Sequential") {
      return list[list.indexOf(node as typeof list[number]) - 1];
    }
    const inputs = references(callsOf(node)[0]);
    if (inputs.length !== 1) return undefined;
    return list.find((other) => layerName(other) === inputs[0][0]);
  }
}

/** The rank of the input that a layer was made or built for. */
function inputRank({ config, build_config: build }: JsonObject): number | null {
  const { batch_input_shape: old, batch_shape: shape } = isJsonObject(config) ? config : {};
  const built = isJsonObject(build) ? build.input_shape : undefined;
  const found = [old, shape, built].find(Array.isArray) as unknown[] | undefined;
  return found ? found.length : null;
}
