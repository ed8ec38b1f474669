/**
 * Batch renorm for TensorFlow.js: a layer to put in place of batch norm, its kernels on WebGPU and
 * on the CPU, and what goes with it.
 *
 * @example
 * ```ts
 * import { renormLayers } from "@renorm/tfjs";
 * import * as tf from "@tensorflow/tfjs";
 *
 * const { batchRenormalization } = renormLayers(tf);
 * const layer = batchRenormalization({ rmax: 3, dmax: 5, warmupSteps: 1000 });
 * console.log(layer.getClassName());
 * ```
 *
 * @module
 */
export type { AggregatedWeights, AggregateOptions, NormPolicy } from "./aggregate_weights.ts";
export type { Client, ClientWeights, NestedNumbers, WeightValues } from "./aggregated_clients.ts";
export type { ConvertModelOptions, ModelConversion } from "./convert_model.ts";
export type { ModelFolding } from "./fold_model.ts";
export type { FitData } from "./fit_data.ts";
export type { GapReport, GapReportOptions } from "./gap_report.ts";
export type { LayerGap, Warmup } from "./layer_gap.ts";
export type {
  BatchNormalizationConfig,
  BatchRenormalizationConfig,
  TrainingConfig,
} from "./layer_config.ts";
export type { RecalibrationProgress } from "./measure_pass.ts";
export type { RecalibrateOptions, Recalibration } from "./recalibrate.ts";
export type { Dataset, RecalibrationBatch, RecalibrationData } from "./recalibration_data.ts";
export type { FitCallback, RenormCallbackOptions } from "./renorm_callback.ts";
export { type Layer, type RenormLayers, renormLayers } from "./renorm_layers.ts";
export type { StatisticsFunctions } from "./statistics_functions.ts";
export type { LayersModel, Tensor, TensorFlow } from "./tensor_flow.ts";
