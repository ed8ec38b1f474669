/** The normalisation layers of a live model. */
import { expects, show } from "@renorm/core-math/checks";
import type { LayersModel } from "./tensor_flow.ts";
import { type NormalizationLayer, normClassName, renormClassName } from "./layer_interface.ts";

/** A layer as TensorFlow.js has it; models and wrappers hold others. */
interface LiveLayer {
  readonly name: string;
  getClassName(): string;
  readonly layers?: readonly LiveLayer[];
  readonly layer?: LiveLayer;
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
  if (typeof model?.getWeights === "function" && Array.isArray(model.layers)) return;
  throw new TypeError(expects(owner, "a tf.LayersModel", show(model)));
}

/** Every batch norm and batch renorm, TensorFlow.js' own included; shared ones once. */
export function findNormLayers(model: LayersModel): FoundLayer[] {
  const seen = new Set<LiveLayer>();
  const visit = (layer: LiveLayer, path: string): FoundLayer[] => {
    if (seen.has(layer)) return [];
    seen.add(layer);
    if ([stockClassName, renormClassName, normClassName].includes(layer.getClassName())) {
      return [{ path, layer: layer as unknown as NormalizationLayer }];
    }
    const below = layer.layers ?? (layer.layer ? [layer.layer] : []);
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
