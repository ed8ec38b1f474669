/** Converts a live model: its graph cannot be changed in place, so a new one is built from its JSON. */
import {
  type ConversionReport,
  convertToBatchNorm as convertJsonToBatchNorm,
  convertToBatchRenorm as convertJsonToBatchRenorm,
  type ConvertToBatchRenormOptions,
  type JsonObject,
  layersModelTopology,
} from "@renorm/convert";
import { checkModel, findRenormLayers } from "./find_layers.ts";
import { checkConfig, type FusedConfig } from "./layer_config.ts";
import type { LayersModel, Tensor, TensorFlow } from "./tensor_flow.ts";

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
  checkModel(owner, model);
  const json = model.toJSON(null, false) as unknown as JsonObject;
  const adapter = layersModelTopology();
  const { momentum, fused, ...others } = options;
  // Before the momentum is turned into PyTorch's sense, so that an error names what came.
  checkConfig(owner, {
    ...momentum !== undefined && { momentum },
    ...fused !== undefined && { fused },
  });
  const inner = { ...others, ...momentum !== undefined && { momentum: 1 - momentum }, adapter };
  const { converted, skipped, toString } = owner === "convertToBatchRenorm"
    ? convertJsonToBatchRenorm(json, inner)
    : convertJsonToBatchNorm(json, inner);
  const made = await tf.models.modelFromJSON(json as Parameters<typeof tf.models.modelFromJSON>[0]);
  copyLayer(tf, model as unknown as LiveLayer, made as unknown as LiveLayer);
  for (const { layer } of findRenormLayers(made)) layer.fused = fused ?? layer.fused;
  const metadata = model.getUserDefinedMetadata();
  if (metadata) made.setUserDefinedMetadata(metadata);
  if (model.optimizer) await compileAlike(model, made);
  return { model: made, converted, skipped, toString };
}

interface LiveLayer {
  trainable: boolean;
  readonly layers?: readonly LiveLayer[];
  getWeights(): Tensor[];
  setWeights(weights: Tensor[]): void;
}

/**
 * Copies trainable flags and weights, layer by layer: a frozen model freezes its layers when it is
 * built, and lists its weights in another order than one that is not frozen.
 */
function copyLayer(tf: TensorFlow, from: LiveLayer, to: LiveLayer): void {
  to.trainable = from.trainable;
  if (from.layers) from.layers.forEach((layer, i) => copyLayer(tf, layer, to.layers![i]));
  // What setWeights is given stays shared, and training would move both models.
  else tf.tidy(() => to.setWeights(from.getWeights().map((weight) => tf.mul(weight, 1))));
}

/** What TensorFlow.js keeps to itself of a compiled model. */
interface OptimizerOwner {
  isOptimizerOwned: boolean;
}

/** Compiles a model as another is, with the same optimizer unless that dies with the other model. */
async function compileAlike(from: LayersModel, to: LayersModel): Promise<void> {
  const { optimizer, loss, metrics } = from;
  const { isOptimizerOwned } = from as unknown as OptimizerOwner;
  to.compile(
    {
      optimizer: isOptimizerOwned ? await copyOptimizer(optimizer) : optimizer,
      loss,
      ...metrics && { metrics },
    } as Parameters<typeof to.compile>[0],
  );
  (to as unknown as OptimizerOwner).isOptimizerOwned = isOptimizerOwned;
}

type Optimizer = LayersModel["optimizer"];

/** An optimizer of the same class and config that goes on from the same state. */
async function copyOptimizer(optimizer: Optimizer): Promise<Optimizer> {
  const { constructor } = optimizer as unknown as {
    readonly constructor: { fromConfig(cls: unknown, config: unknown): Optimizer };
  };
  const copy = constructor.fromConfig(constructor, optimizer.getConfig());
  // Adamax does not tell its state, so its copy starts afresh.
  const state = await optimizer.getWeights().catch(() => null);
  if (state) {
    await copy.setWeights(state);
    // The count of steps; what comes after are the optimizer's own variables.
    state[0].tensor.dispose();
  }
  return copy;
}
