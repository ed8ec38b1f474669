/** The normalisation layers of a live model. */
import { expects, reading, show } from "@renorm/core-math/checks";
import {
  type LayerVariable,
  type NormalizationLayer,
  normClassName,
  renormClassName,
} from "./layer_interface.ts";
import type { LayersModel } from "./tensor_flow.ts";

/** A layer as TensorFlow.js has it; models hold others. */
export interface LiveLayer {
  readonly name: string;
  getClassName(): string;
  readonly weights?: readonly LayerVariable[];
  readonly layers?: readonly LiveLayer[];
}

/** A normalisation layer and the names from the model to it, with dots between. */
export interface FoundLayer {
  readonly path: string;
  readonly layer: NormalizationLayer;
}

/** The name of TensorFlow.js' own batch norm. */
export const stockClassName = "BatchNormalization";

/** Throws unless it is a model of TensorFlow.js' layers. */
export function checkModel(owner: string, model: LayersModel): void {
  const isModel = () => typeof model?.getWeights === "function" && Array.isArray(model.layers);
  if (reading(owner, "a tf.LayersModel", isModel)) return;
  throw new TypeError(expects(owner, "a tf.LayersModel", show(model)));
}

/** Whether a layer is a batch norm or batch renorm, TensorFlow.js' own included. */
export function isNormLayer(layer: LiveLayer): boolean {
  return [stockClassName, renormClassName, normClassName].includes(layer.getClassName());
}

/**
 * The layers in the fields of a layer, and in lists there: of a wrapper, or of a user's own class.
 */
export function heldLayers(layer: LiveLayer): LiveLayer[] {
  return Object.values(layer).flatMap((value) => Array.isArray(value) ? value : [value])
    .filter((value) =>
      typeof value === "object" && value !== null && "inboundNodes" in value &&
      "getClassName" in value
    );
}

/** Every batch norm and batch renorm, TensorFlow.js' own included; shared ones once. */
export function findNormLayers(model: LayersModel): FoundLayer[] {
  const seen = new Set<LiveLayer>();
  const visit = (layer: LiveLayer, path: string): FoundLayer[] => {
    if (seen.has(layer)) return [];
    seen.add(layer);
    if (isNormLayer(layer)) {
      return [{ path, layer: layer as unknown as NormalizationLayer }];
    }
    const below = layer.layers ?? heldLayers(layer);
    return below.flatMap((child) => visit(child, path ? `${path}.${child.name}` : child.name));
  };
  return visit(model as unknown as LiveLayer, "");
}

/** Those whose limits are not fixed. */
export function findRenormLayers(model: LayersModel): FoundLayer[] {
  return findNormLayers(model).filter(({ layer }) => classNameOf(layer) === renormClassName);
}

/** The name that a layer is saved under. */
export function classNameOf(layer: NormalizationLayer): string {
  return (layer as unknown as LiveLayer).getClassName();
}
