/** What there is for the statistics of whole models. */
import type { AggregatedWeights, AggregateOptions } from "./aggregate_weights.ts";
import type { Client } from "./aggregated_clients.ts";
import type { FitData } from "./fit_data.ts";
import type { GapReport, GapReportOptions } from "./gap_report.ts";
import type { RecalibrateOptions, Recalibration } from "./recalibrate.ts";
import type { RecalibrationData } from "./recalibration_data.ts";
import type { LayersModel } from "./tensor_flow.ts";

/** The functions for the statistics of whole models, over one copy of TensorFlow.js. */
export interface StatisticsFunctions {
  /**
   * Measures the running statistics of a trained model afresh over data: those of every norm, of
   * TensorFlow.js' own too, nested and shared ones over all their uses. PyTorch's `update_bn`,
   * "precise batch norm", and over unlabelled data of another domain AdaBN (Li et al. 2016).
   *
   * Batches may have any size, one sample too: means and squares are pooled in float64, so that the
   * statistics of the first norm are those of all values together, however the data is cut, and
   * with `normalizeBy: "running"` and as many passes as there are norms those of all of them.
   * Biased variances, as TensorFlow.js keeps them. All but the norms computes as in inference.
   *
   * Nothing else changes, neither weights nor optimizer nor a warm-up's step, and frozen layers
   * stay unless asked for. All is written at the end: a run that is interrupted changes nothing.
   *
   * @param model Compiled or not.
   * @param data A tensor of all samples, an array of batches, a `tf.data.Dataset`, or an iterable
   * of batches or a function that gives one. Tensors stay the caller's; a data set's own are freed.
   * @param options What the layers before do, how many passes, and who is told.
   * @throws {TypeError} For data or options of the wrong kind.
   * @throws {RangeError} For no samples, and for values before a norm that are not finite.
   * @see torch.optim.swa_utils.update_bn, which averages the variances of the batches; Wu and
   * Johnson 2021, "Rethinking Batch in BatchNorm"
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { renormLayers } from "@renorm/tfjs";
   * import * as tf from "@tensorflow/tfjs";
   *
   * const { recalibrate } = renormLayers(tf);
   * const model = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [1] })] });
   * const batches = [[1, 3], [8]].map((values) => tf.tensor2d(values, [values.length, 1]));
   * await recalibrate(model, batches);
   * const [, , mean, variance] = model.getWeights().map((weight) => weight.dataSync()[0]);
   * assert.equal(mean, 4);
   * assert.equal(variance.toFixed(4), "8.6667"); // of 1, 3 and 8, not of the batches
   * ```
   */
  recalibrate(
    model: LayersModel,
    data: RecalibrationData,
    options?: RecalibrateOptions,
  ): Promise<Recalibration>;
  /**
   * One model of several clients' that were trained apart: weights averaged by samples (FedAvg,
   * McMahan et al. 2017), statistics of norms by a policy. With `norms: "pool"` they are pooled by
   * the law of total variance, `w_i = samples_i / Σ samples`, `mean = Σ w_i·mean_i`,
   * `variance = Σ w_i·(variance_i + (mean_i − mean)²)`; an average of variances forgets how far the
   * clients are apart. Sums are float64; order and grouping change nothing beyond rounding, and a
   * result may itself be a client, with `samples` of its own.
   *
   * The warm-up's step goes with the statistics: it is the furthest of any client. A client of 0
   * samples counts nothing.
   *
   * @param clients Models; or lists in the order of `model.getWeights()`, as they come over a
   * network: tensors, typed arrays or nested arrays; or `{ weights, steps }` with what
   * `getRenormSteps` gave.
   * @param samples Those that each client trained on.
   * @param options The policy; and `model`, whose structure lists of weights have.
   * @throws {TypeError} For weights of another model, and for what is of the wrong kind.
   * @throws {RangeError} For weights that are not finite, and for samples that are no count.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { renormLayers } from "@renorm/tfjs";
   * import * as tf from "@tensorflow/tfjs";
   *
   * const { aggregateWeights } = renormLayers(tf);
   * const server = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [1] })] });
   * // γ, β, mean and variance of two clients that each saw another class.
   * const clients = [[[1], [0], [-3], [1]], [[1], [2], [3], [1]]];
   * const round = await aggregateWeights(clients, [50, 50], { model: server });
   * round.applyTo(server);
   * assert.deepEqual(server.getWeights().map((weight) => weight.dataSync()[0]), [1, 1, 0, 10]);
   * ```
   */
  aggregateWeights(
    clients: readonly Client[],
    samples: readonly number[],
    options?: AggregateOptions,
  ): Promise<AggregatedWeights>;
  /**
   * How far training and eval are apart on data: for every normalisation layer how far batches
   * stray from the moving averages and how often r and d would be clipped; with labels, loss and
   * metrics in training mode against eval mode; and what is wrong with the statistics, with advice.
   * Moves no state.
   */
  gapReport(
    model: LayersModel,
    x: FitData,
    options?: GapReportOptions,
  ): Promise<GapReport>;
}
