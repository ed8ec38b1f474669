export { adapterFor } from "./recognise_model.ts";
export type { Conversion, ConversionReport, ConvertedLayer } from "./conversion_report.ts";
export { convertToBatchNorm, convertToBatchRenorm } from "./convert.ts";
export type {
  AdapterOption,
  ConvertOptions,
  ConvertToBatchRenormOptions,
} from "./convert_options.ts";
export { kerasTopology } from "./formats/keras/keras_topology.ts";
export { layersModelTopology } from "./formats/layers_model/layers_model_topology.ts";
export type { Child, ModelAdapter } from "./model_adapter.ts";
export type { ByteSource } from "./files/byte_source.ts";
export { openChosenFiles } from "./files/chosen_files.ts";
export type { ModelFile } from "./files/model_file.ts";
export type { Output } from "./files/output.ts";
export { formatOf } from "./formats/recognise_format.ts";
export type {
  ConvertFileOptions,
  FileOptions,
  FoldFileOptions,
  Made,
  ModelFormat,
} from "./formats/model_format.ts";
export { ModelFileError } from "./files/model_file_error.ts";
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
} from "./formats/safetensors/convert_safetensors.ts";
export {
  convertKerasArchive,
  type ConvertKerasArchiveOptions,
} from "./formats/keras/convert_keras_archive.ts";
export {
  convertLayersModel,
  type ConvertLayersModelOptions,
  type LayersModelFiles,
} from "./formats/layers_model/convert_layers_model.ts";
export { foldKerasArchive } from "./formats/keras/fold_keras_archive.ts";
export { foldLayersModel } from "./formats/layers_model/fold_layers_model.ts";
export type { FoldedLayer, Folding } from "./fold/folding_report.ts";
export { freezeBatchNorm } from "./freeze_batch_norm.ts";
export { inspect, type InspectedLayer, type Inspection, type ValueRange } from "./inspect.ts";
export { foldBatchNorm, identity } from "./object_tree/fold_batch_norm.ts";
export {
  foldSafetensors,
  type FoldSafetensorsOptions,
} from "./formats/safetensors/fold_safetensors.ts";
export type { EpsByPath } from "./formats/safetensors/eps_by_path.ts";
export type { PairOptions } from "./formats/safetensors/norm_pairs.ts";
export type { FoldOptions } from "./fold/fold_options.ts";
export type { JsonObject } from "./json.ts";
export type { Knot, Schedule } from "@renorm/schedule";
export {
  type LoadedNorm,
  type LoadedSafetensors,
  readSafetensors,
  type SafetensorsTensor,
} from "./formats/safetensors/read_safetensors.ts";
export type { SkippedLayer } from "./report_table.ts";
export type { StateDictOptions } from "./formats/safetensors/state_dict_file.ts";
