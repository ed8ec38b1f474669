import { checkModel, findNormLayers } from "./find_norm_layers.ts";
import type { LayersModel } from "./tensor_flow.ts";

/** Sets `trainable` of every normalisation layer, those of nested models too; gives their paths. */
export function freeze(model: LayersModel, isFrozen: boolean): string[] {
  checkModel("freezeBatchNorm", model);
  return findNormLayers(model).map(({ path, layer }) => {
    (layer as { trainable: boolean }).trainable = !isFrozen;
    return path;
  });
}
