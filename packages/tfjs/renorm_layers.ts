import { expects, reading, show } from "@renorm/core-math/checks";
import type { ConvertOptions } from "@renorm/convert";
import { aggregateWeights } from "./aggregate_weights.ts";
import {
  convertModel,
  type ConvertModelOptions,
  type ModelConversion,
  toBatchNorm,
  toBatchRenorm,
} from "./convert_model.ts";
import { foldModel, type ModelFolding } from "./fold_model.ts";
import { freeze } from "./freeze_batch_norm.ts";
import { measureGap } from "./gap_report.ts";
import {
  type BatchNormalizationConfig,
  type BatchRenormalizationConfig,
  readConfig,
  type TrainingConfig,
} from "./layer_config.ts";
import { normClassName, renormClassName } from "./layer_interface.ts";
import { defineLayers } from "./normalization_layer.ts";
import { recalibrateModel } from "./recalibrate.ts";
import { type FitCallback, makeCallback, type RenormCallbackOptions } from "./renorm_callback.ts";
import { readSteps, writeSteps } from "./renorm_steps.ts";
import type { StatisticsFunctions } from "./statistics_functions.ts";
import type { LayersModel, TensorFlow } from "./tensor_flow.ts";

/** A layer of TensorFlow.js. */
export type Layer = ReturnType<TensorFlow["layers"]["batchNormalization"]>;

/** The layers and functions of this package over one copy of TensorFlow.js. */
export interface RenormLayers extends StatisticsFunctions {
  /**
   * A batch renorm layer, in the style of `tf.layers`: trains with batches of 2, with batches that
   * are not drawn at random, with any axis, without scale or centre, in ranks 2 to 5.
   *
   * In training `y = γ·(z·r + d) + β` with the batch's `z = (x − mean)/σ`, and `r = σ/movingσ` in
   * [1/rmax, rmax], `d = (mean − movingMean)/movingσ` in [−dmax, dmax], constants to the gradient,
   * from the averages before they move; in inference, and when it is frozen (`trainable = false`),
   * `γ·(x − movingMean)/movingσ + β` (Ioffe 2017, Algorithms 1 and 2). Weights are those of batch
   * norm, under the same names, so its checkpoints load. A channel whose batch is not finite keeps
   * its averages.
   *
   * @throws {TypeError} For a config of the wrong kind.
   * @throws {RangeError} For a value out of range, and in training for one value per channel.
   */
  batchRenormalization(config?: BatchRenormalizationConfig): Layer;
  /**
   * Batch norm by the same code: what `tf.layers.batchNormalization` computes, and where that fails
   * (axis 1 in training, `scale: false`, rank 5, frozen layers that move on, one value per channel)
   * the right thing or a clear error.
   */
  batchNormalization(config?: BatchNormalizationConfig & TrainingConfig): Layer;
  /**
   * Makes batch renorm of every batch norm of a live or loaded model, nested and shared ones too: a
   * new model with copies of the weights, the same names and trainable flags, compiled with the
   * same optimizer, loss and metrics. It predicts the same bits. The report names frozen layers,
   * which do nothing until they are thawed, and norms that stay since the code of a layer of your
   * own makes them.
   */
  convertToBatchRenorm(model: LayersModel, options?: ConvertModelOptions): Promise<ModelConversion>;
  /** Back: TensorFlow.js' own batch norm in place of every batch renorm. */
  convertToBatchNorm(model: LayersModel, options?: ConvertOptions): Promise<ModelConversion>;
  /**
   * Folds every batch norm and batch renorm of a live or loaded model into the convolution or dense
   * layer before it, for inference: a new model with copies of the weights that predicts the same
   * to rounding with fewer layers. A norm stays, with the reason, where the layer before it has an
   * activation, feeds others too, or is no convolution or dense layer.
   */
  foldBatchNorm(model: LayersModel): Promise<ModelFolding>;
  /**
   * A callback for `fit`: sets a schedule on every batch renorm, if one is given, and writes rmax,
   * dmax and the step of the first that is not frozen into the logs of each epoch. Layers count
   * their steps themselves, with the callback or without, and the step is saved and restored with
   * the model. On a model without batch renorm it does nothing, and says so once.
   */
  renormCallback(options?: RenormCallbackOptions): FitCallback;
  /**
   * The training steps that are behind every batch renorm, by path: JSON to keep beside weights
   * that are saved without their model.
   */
  getRenormSteps(model: LayersModel): Record<string, number>;
  /**
   * Sets them: one step for all, or those named by path. A model that is saved and loaded brings
   * its steps along, and so does `setWeights(other.getWeights())`; copies of the values alone do
   * not.
   *
   * @throws {TypeError} For a path without batch renorm.
   * @throws {RangeError} For what is no integer of at least 0. Then no step is set.
   */
  setRenormSteps(model: LayersModel, steps: number | Readonly<Record<string, number>>): void;
  /**
   * Freezes every normalisation layer, in nested models too, and gives their paths. Layers of this
   * package are then in inference; TensorFlow.js' own would go on moving, so convert it first.
   * `false` thaws. Compile the model again afterwards.
   */
  freezeBatchNorm(model: LayersModel, isFrozen?: boolean): string[];
}

const made = new WeakMap<TensorFlow["layers"], RenormLayers>();

/**
 * Batch renorm and a careful batch norm for TensorFlow.js, over the copy of it that is handed in.
 *
 * The two layers are registered for saving and loading: call this before `tf.loadLayersModel`. On
 * the webgpu and cpu backends they train by kernels of their own; on every other, by TensorFlow.js'
 * operations with one analytic gradient.
 *
 * Nothing else of TensorFlow.js changes by the call: no automatic name is taken, no tensor is made.
 *
 * @param tf `import * as tf from "@tensorflow/tfjs"`, 4.x, or `{ ...core, ...layers }` of
 * `@tensorflow/tfjs-core` and `@tensorflow/tfjs-layers`.
 * @returns The layers and functions; the same object for the same TensorFlow.js.
 * @throws {TypeError} For anything else, and for TensorFlow.js without its layers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { renormLayers } from "@renorm/tfjs";
 * import * as tf from "@tensorflow/tfjs";
 *
 * const { batchRenormalization } = renormLayers(tf);
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ inputShape: [4], units: 8 }),
 *     batchRenormalization({ rmax: 3, dmax: 5, warmupSteps: 100 }),
 *     tf.layers.dense({ units: 1 }),
 *   ],
 * });
 * model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
 * const x = tf.randomNormal([256, 4], 3, 2, "float32", 1);
 * const { history } = await model.fit(x, x.mean(1, true), { batchSize: 4, epochs: 5, verbose: 0 });
 * const loss = history.loss as number[];
 * assert.ok(loss[4] < loss[0] / 2);
 * ```
 */
export function renormLayers(tf: TensorFlow): RenormLayers {
  checkTensorFlow(tf);
  const known = made.get(tf.layers);
  if (known) return known;
  const { renorm, norm } = defineLayers(tf);
  const layers: RenormLayers = {
    batchRenormalization(config = {}) {
      return new renorm(readConfig(renormClassName, config, true)) as unknown as Layer;
    },
    batchNormalization(config = {}) {
      return new norm(readConfig(normClassName, config, false)) as unknown as Layer;
    },
    convertToBatchRenorm: (model, options = {}) => convertModel(tf, toBatchRenorm, model, options),
    convertToBatchNorm: (model, options = {}) => convertModel(tf, toBatchNorm, model, options),
    foldBatchNorm: (model) => foldModel(tf, model),
    getRenormSteps: readSteps,
    setRenormSteps: writeSteps,
    renormCallback: (options = {}) => makeCallback(tf, options),
    freezeBatchNorm(model, isFrozen = true) {
      if (typeof isFrozen !== "boolean") {
        const wanted = "isFrozen to be true or false";
        throw new TypeError(expects("freezeBatchNorm", wanted, show(isFrozen)));
      }
      return freeze(model, isFrozen);
    },
    recalibrate: (model, data, options = {}) => recalibrateModel(tf, model, data, options),
    aggregateWeights: (clients, samples, options = {}) =>
      aggregateWeights(tf, clients, samples, options),
    gapReport: (model, x, options = {}) => measureGap(tf, model, x, options),
  };
  made.set(tf.layers, layers);
  return layers;
}

/** Throws unless both halves of TensorFlow.js are there that this package needs. */
function checkTensorFlow(tf: TensorFlow): void {
  const isFunction = (value: unknown) => typeof value === "function";
  const [hasLayers, hasCore] = reading("renormLayers", "TensorFlow.js", () => [
    isFunction(tf?.layers?.batchNormalization) && isFunction(tf.Callback) &&
    isFunction(tf.models?.modelFromJSON),
    isFunction(tf?.customGrad) && isFunction(tf.engine) &&
    isFunction(tf.serialization?.registerClass),
  ]);
  if (hasLayers && hasCore) return;
  const wanted = "TensorFlow.js with its layers, the whole of @tensorflow/tfjs " +
    "or { ...core, ...layers } of @tensorflow/tfjs-core and @tensorflow/tfjs-layers";
  const got = hasLayers
    ? "the layers without the core"
    : hasCore
    ? "the core without the layers"
    : show(tf);
  throw new TypeError(expects("renormLayers", wanted, got));
}
