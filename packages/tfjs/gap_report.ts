/** How far training and eval of a model are apart, layer by layer and in loss and accuracy. */
import type { Finding } from "@renorm/core-math";
import { expects, reading } from "@renorm/core-math/checks";
import { callInstead } from "./call_instead.ts";
import { checkModel, findNormLayers } from "./find_norm_layers.ts";
import { checkBatchSize, type FitData, readFitData } from "./fit_data.ts";
import { printGap } from "./gap_table.ts";
import { readNamed } from "./layer_config.ts";
import { type LayerGap, watchLayer } from "./layer_gap.ts";
import type { LayersModel, Tensor, TensorFlow } from "./tensor_flow.ts";

/** Options of {@linkcode RenormLayers.gapReport}. */
export interface GapReportOptions {
  /** The labels, as `fit` takes them, for loss and accuracy. The model must be compiled. */
  y?: FitData;
  /**
   * Samples per batch: take that of the training. Default 32. A last batch that does not fill is
   * left out, unless it is the only one.
   */
  batchSize?: number;
}

/** The gap. Prints as a table. */
export interface GapReport {
  /** In the model's order. */
  readonly layers: readonly LayerGap[];
  /**
   * What is wrong with the statistics, as `diagnose` of `@renorm/core-math` finds it in the weights
   * and in the moments of this data; none for a sound model.
   */
  readonly findings: readonly Finding[];
  /**
   * Loss and metrics where normalisation is as in training, once the limits are those that the
   * schedule leads to; for a frozen layer of this package that is inference. All else, such as
   * dropout, is as in eval, and penalties of regularizers are left out, as `evaluate` does. The
   * names are those of `fit`'s history. Null without labels.
   */
  readonly training: Readonly<Record<string, number>> | null;
  /** The same in eval mode. */
  readonly eval: Readonly<Record<string, number>> | null;
  /** The table. */
  toString(): string;
}

/** Measures; moves no state of the model. */
export async function measureGap(
  tf: TensorFlow,
  model: LayersModel,
  x: FitData,
  options: GapReportOptions,
): Promise<GapReport> {
  const owner = "gapReport";
  checkModel(owner, model);
  if (reading(owner, "options", () => options instanceof tf.Tensor)) {
    throw new TypeError(expects(owner, "options, { y, batchSize }", "a tensor"));
  }
  const { y, batchSize = 32 } = readNamed(owner, options, ["y", "batchSize"]);
  checkBatchSize(owner, batchSize, 2);
  if (y && !model.optimizer) {
    throw new TypeError(expects(owner, "a compiled model to measure loss with y", "another"));
  }
  const { inputs, labels } = tf.tidy(() => ({
    inputs: wholeBatches(tf, x, model.inputNames, batchSize),
    labels: y ? wholeBatches(tf, y, model.outputNames, batchSize) : [],
  }));
  const evaluate = () => [model.evaluate(inputs, labels, { batchSize })].flat();
  const watched = findNormLayers(model).map((found) => watchLayer(tf, found));
  try {
    const atEval = y ? await readMeasures(tf, model, evaluate()) : null;
    const scalars = callInstead(watched, () => {
      if (y) return evaluate();
      tf.dispose(model.predict(inputs, { batchSize }));
      return null;
    });
    const training = scalars && await readMeasures(tf, model, scalars);
    const read = await Promise.all(watched.map((layer) => layer.read()));
    const layers = read.map(({ gap }) => gap);
    const findings = read.flatMap(({ findings }) => findings);
    const report = { layers, findings, training, eval: atEval };
    return { ...report, toString: () => printGap(report) };
  } finally {
    for (const layer of watched) layer.dispose();
    tf.dispose([inputs, labels]);
  }
}

/** The samples of whole batches: in one of a single sample a dense layer has no variance. */
function wholeBatches(
  tf: TensorFlow,
  given: FitData,
  names: readonly string[],
  batchSize: number,
): Tensor[] {
  return readFitData(tf, "gapReport", "x and y", given, names).map((tensor) => {
    const samples = tensor.shape[0];
    if (samples === 0) throw new RangeError(expects("gapReport", "x and y with samples", "none"));
    return tf.slice(tensor, 0, samples < batchSize ? samples : samples - samples % batchSize);
  });
}

/** Loss and metrics by the names that `fit` writes into its history; frees the scalars. */
async function readMeasures(
  tf: TensorFlow,
  model: LayersModel,
  scalars: Tensor[],
): Promise<Record<string, number>> {
  const values = await Promise.all(scalars.map(async (scalar) => (await scalar.data())[0]));
  tf.dispose(scalars);
  // TensorFlow.js gives the sum of the losses after each output; the last is the loss of them all.
  const fromLoss = values.slice(model.outputs.length - 1);
  const { metricsNames: names } = model;
  return Object.fromEntries(names.map((name, i) => {
    const isShared = names.filter((other) => other === name).length > 1;
    const before = names.slice(0, i).filter((other) => other === name).length;
    return [isShared ? `${name}_${before}` : name, fromLoss[i]];
  }));
}
