/** The weights of a model, and which of them are those of its norms. */
import { findNormLayers, type LiveLayer } from "./find_norm_layers.ts";
import type { LayerVariable, NormalizationLayer } from "./layer_interface.ts";
import type { LayersModel } from "./tensor_flow.ts";

/** The weights layer by layer, those of nested models too; shared ones once. */
export function weightsByLayer(model: LayersModel): LayerVariable[] {
  const seen = new Set<LiveLayer>();
  const visit = (layer: LiveLayer): readonly LayerVariable[] => {
    if (seen.has(layer)) return [];
    seen.add(layer);
    return layer.layers ? layer.layers.flatMap(visit) : layer.weights ?? [];
  };
  return [...visit(model as unknown as LiveLayer)];
}

/** What the weights of a model are, in the order of `getWeights()`. */
export interface WeightStructure {
  /** Where each is among those by layer: freezing a layer moves its weights in `getWeights()`. */
  readonly places: readonly number[];
  readonly shapes: readonly (readonly number[])[];
  readonly norms: readonly NormPlaces[];
}

/** Where the weights of a norm are in `getWeights()`; −1 for one that is not there. */
export interface NormPlaces {
  readonly path: string;
  readonly layer: NormalizationLayer;
  readonly mean: number;
  readonly variance: number;
  readonly parameters: readonly number[];
}

/** Reads the structure of a model. */
export function structureOf(model: LayersModel): WeightStructure {
  const weights = model.getWeights();
  const byLayer = weightsByLayer(model).map((weight) => weight.read());
  const placeOf = (weight: LayerVariable | null) => weight ? weights.indexOf(weight.read()) : -1;
  return {
    places: weights.map((weight) => byLayer.indexOf(weight)),
    shapes: weights.map(({ shape }) => shape),
    norms: findNormLayers(model).map(({ path, layer }) => ({
      ...{ path, layer },
      mean: placeOf(layer.movingMean),
      variance: placeOf(layer.movingVariance),
      parameters: [layer.gamma, layer.beta].map(placeOf),
    })),
  };
}
