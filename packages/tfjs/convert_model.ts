/** Converts a live model: its graph cannot be changed in place, so a new one is built from its JSON. */
import {
  type ConversionReport,
  convertToBatchNorm as convertJsonToBatchNorm,
  convertToBatchRenorm as convertJsonToBatchRenorm,
  type ConvertToBatchRenormOptions,
  type JsonObject,
  layersModelTopology,
} from "@renorm/convert";
import { expects, show } from "@renorm/core-math/checks";
import { findRenormLayers } from "./find_layers.ts";
import { checkConfig, type FusedConfig } from "./layer_config.ts";
import type { LayersModel, TensorFlow } from "./tensor_flow.ts";

/** A converted model: a new one, with what was converted and skipped; prints as a table. */
export interface ModelConversion extends ConversionReport {
  /** The new model, compiled as the old one was. The old one lives on until it is disposed. */
  readonly model: LayersModel;
}

/**
 * Options of {@linkcode RenormLayers.convertToBatchRenorm}: rmax 3, dmax 5 and warmupSteps 5000 by
 * default. `momentum` is in Keras' sense here, the weight of the old value.
 */
export interface ConvertModelOptions extends ConvertToBatchRenormOptions, FusedConfig {}

/** Converts every batch norm, either way. */
export async function convertModel(
  tf: TensorFlow,
  owner: string,
  model: LayersModel,
  options: ConvertModelOptions,
): Promise<ModelConversion> {
  if (typeof model?.toJSON !== "function" || typeof model.getWeights !== "function") {
    throw new TypeError(expects(owner, "a tf.LayersModel", show(model)));
  }
  const json = model.toJSON(null, false) as unknown as JsonObject;
  const adapter = layersModelTopology();
  const { momentum, fused, ...others } = options;
  checkConfig(owner, { ...fused !== undefined && { fused } });
  const inner = { ...others, ...momentum !== undefined && { momentum: 1 - momentum }, adapter };
  const { converted, skipped, toString } = owner === "convertToBatchRenorm"
    ? convertJsonToBatchRenorm(json, inner)
    : convertJsonToBatchNorm(json, inner);
  const made = await tf.models.modelFromJSON(json as Parameters<typeof tf.models.modelFromJSON>[0]);
  // Copies: what setWeights is given stays shared, and training would move both models.
  tf.tidy(() => made.setWeights(model.getWeights().map((weight) => tf.mul(weight, 1))));
  keepTrainable(model, made);
  for (const { layer } of findRenormLayers(made)) layer.fused = fused ?? layer.fused;
  if (model.optimizer) {
    const { optimizer, loss, metrics } = model;
    made.compile(
      { optimizer, loss, ...metrics && { metrics } } as Parameters<typeof made.compile>[0],
    );
  }
  return { model: made, converted, skipped, toString };
}

interface TrainableLayer {
  trainable: boolean;
  readonly layers?: TrainableLayer[];
}

/** A model that is frozen freezes its layers when it is built; each gets its own flag back. */
function keepTrainable(from: LayersModel, to: LayersModel): void {
  const copy = (a: TrainableLayer, b: TrainableLayer) => {
    b.trainable = a.trainable;
    a.layers?.forEach((layer, i) => copy(layer, b.layers![i]));
  };
  const layersOf = (model: LayersModel) => model.layers as unknown as TrainableLayer[];
  layersOf(from).forEach((layer, i) => copy(layer, layersOf(to)[i]));
}
