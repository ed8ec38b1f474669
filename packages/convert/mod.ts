export { adapterFor } from "./adapter_for.ts";
export type { Conversion, ConversionReport, ConvertedLayer, SkippedLayer } from "./conversion.ts";
export { convertToBatchNorm, convertToBatchRenorm } from "./convert.ts";
export type {
  AdapterOption,
  ConvertOptions,
  ConvertToBatchRenormOptions,
} from "./convert_options.ts";
export { kerasTopology } from "./keras_model/keras_topology.ts";
export { layersModelTopology } from "./layers_model/layers_model_topology.ts";
export type { Child, ModelAdapter } from "./model_adapter.ts";
export { ModelFileError } from "./model_file_error.ts";
export type {
  NormLayer,
  NormVectors,
  RenormLimits,
  RenormSettings,
  UnsupportedLayer,
} from "./norm_layer.ts";
export { objectTree, type ObjectTreeOptions } from "./object_tree/object_tree.ts";
export { printModel } from "./print_model.ts";
export {
  convertSafetensors,
  type ConvertSafetensorsOptions,
} from "./safetensors/convert_safetensors.ts";
export {
  convertKerasArchive,
  type ConvertKerasArchiveOptions,
} from "./keras_model/convert_keras_archive.ts";
export {
  convertLayersModel,
  type ConvertLayersModelOptions,
  type LayersModelFiles,
} from "./layers_model/convert_layers_model.ts";
export { foldKerasArchive } from "./fold/fold_keras_archive.ts";
export { foldLayersModel } from "./fold/fold_layers_model.ts";
export type { FoldedLayer, Folding } from "./fold/folding.ts";
export { freezeBatchNorm } from "./freeze_batch_norm.ts";
export { inspect, type InspectedLayer, type Inspection, type ValueRange } from "./inspect.ts";
export { foldBatchNorm, identity } from "./fold/fold_batch_norm.ts";
export { foldSafetensors, type FoldSafetensorsOptions } from "./fold/fold_safetensors.ts";
export type { JsonObject } from "./json.ts";
export type { Knot, Schedule } from "@renorm/schedule";
export {
  type LoadedNorm,
  type LoadedSafetensors,
  readSafetensors,
  type SafetensorsTensor,
} from "./safetensors/read_safetensors.ts";
export type { StateDictOptions } from "./safetensors/state_dict_file.ts";
