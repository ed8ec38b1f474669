/**
 * Converts a live model: its graph cannot be changed in place, so a new one is built from its JSON.
 */
import {
  type ConversionReport,
  convertToBatchNorm as convertJsonToBatchNorm,
  convertToBatchRenorm as convertJsonToBatchRenorm,
  type ConvertToBatchRenormOptions,
  type JsonObject,
  layersModelTopology,
} from "@renorm/convert";
import { compileAlike, type CopiedLayer, copyLayer } from "./copy_model.ts";
import {
  checkModel,
  findNormLayers,
  findRenormLayers,
  type FoundLayer,
} from "./find_norm_layers.ts";
import { findHiddenNorms } from "./hidden_norms.ts";
import { checkConfig, readNamed, type TrainingConfig } from "./layer_config.ts";
import type { LayersModel, TensorFlow } from "./tensor_flow.ts";

/** A converted model: a new one, with what was converted and skipped; prints as a table. */
export interface ModelConversion extends ConversionReport {
  /** The new model, compiled as the old one was. The old one lives on until it is disposed. */
  readonly model: LayersModel;
  /**
   * Normalisation layers of the new model whose `trainable` is false. Batch renorm is in inference
   * there, and does nothing until it is thawed; TensorFlow.js' own batch norm goes on moving.
   */
  readonly frozen: readonly string[];
}

/**
 * Options of {@linkcode RenormLayers.convertToBatchRenorm}: rmax 3, dmax 5 and warmupSteps 5000 by
 * default. `momentum` is in Keras' sense here, the weight of the old value.
 */
export interface ConvertModelOptions extends ConvertToBatchRenormOptions, TrainingConfig {}

/** One of the two ways to convert. */
interface Direction {
  /** The function that was called, for the errors. */
  readonly owner: string;
  readonly optionNames: readonly string[];
  readonly convertJson: typeof convertJsonToBatchRenorm<JsonObject>;
  /** The layers of the new model to which `trainable` matters, and what is said of frozen ones. */
  readonly findLayers: (model: LayersModel) => FoundLayer[];
  readonly frozenNote: string;
}

const commonNames = ["momentum", "filter", "onUnsupported"];

/** Batch renorm in place of every batch norm. */
export const toBatchRenorm: Direction = {
  owner: "convertToBatchRenorm",
  optionNames: [
    ...["rmax", "dmax", "warmupSteps", "schedule", "warmup", "fused", "onSingleValue"],
    ...commonNames,
  ],
  convertJson: convertJsonToBatchRenorm,
  findLayers: findRenormLayers,
  frozenNote:
    "in inference while the model trains, and no use until thawed, freezeBatchNorm(model, false)",
};

/** TensorFlow.js' own batch norm in place of every batch renorm. */
export const toBatchNorm: Direction = {
  owner: "convertToBatchNorm",
  optionNames: commonNames,
  convertJson: convertJsonToBatchNorm,
  findLayers: findNormLayers,
  frozenNote: "TensorFlow.js' own layers move their averages in training all the same",
};

/** Converts every layer, one way or the other. */
export async function convertModel(
  tf: TensorFlow,
  { owner, optionNames, convertJson, findLayers, frozenNote }: Direction,
  model: LayersModel,
  options: ConvertModelOptions,
): Promise<ModelConversion> {
  checkModel(owner, model);
  const { momentum, fused, onSingleValue, ...others } = readNamed(owner, options, optionNames);
  const json = model.toJSON(null, false) as unknown as JsonObject;
  const adapter = layersModelTopology();
  // Before the momentum is turned into PyTorch's sense, so that an error names what came.
  checkConfig(owner, {
    ...momentum !== undefined && { momentum },
    ...fused !== undefined && { fused },
    ...onSingleValue !== undefined && { onSingleValue },
  });
  const inner = { ...others, ...momentum !== undefined && { momentum: 1 - momentum }, adapter };
  const report = convertJson(json, inner);
  const made = await tf.models.modelFromJSON(json as Parameters<typeof tf.models.modelFromJSON>[0]);
  copyLayer(tf, model as unknown as CopiedLayer, made as unknown as CopiedLayer);
  for (const { layer } of findRenormLayers(made)) {
    layer.fused = fused ?? layer.fused;
    layer.onSingleValue = onSingleValue ?? layer.onSingleValue;
  }
  const metadata = model.getUserDefinedMetadata();
  if (metadata) made.setUserDefinedMetadata(metadata);
  if (model.optimizer) await compileAlike(model, made);
  const known = [...report.converted, ...report.skipped].map(({ path }) => path);
  const hidden = findHiddenNorms(tf, model, known);
  const skipped = [...report.skipped, ...hidden];
  const frozen = findLayers(made).filter(({ layer }) => !layer.trainable).map(({ path }) => path);
  const toString = () =>
    [
      ...hidden.map(({ path, reason }) => `${path}  ! ${reason}`),
      report.toString().replace(/\d+ skipped$/, `${skipped.length} skipped`),
      ...frozen.length > 0 ? [`frozen: ${frozen.join(", ")}: ${frozenNote}`] : [],
      ...modelsNote(findFrozenModels(made as unknown as CopiedLayer, "")),
    ].join("\n");
  return { model: made, converted: report.converted, skipped, frozen, toString };
}

/** Models, the whole one or some within, whose `trainable` is false; norms do not hear of it. */
function findFrozenModels({ trainable, layers }: CopiedLayer, path: string): string[] {
  if (!layers) return [];
  const below = layers.flatMap((layer) =>
    findFrozenModels(layer, path ? `${path}.${layer.name}` : layer.name)
  );
  return trainable ? below : [path || "the model", ...below];
}

function modelsNote(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return [
    `frozen as a whole: ${paths.join(", ")}: averages of norms in it move on in training all the ` +
    "same; freezeBatchNorm(model) stops those of this package",
  ];
}
