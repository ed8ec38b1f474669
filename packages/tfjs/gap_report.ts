/** How far training and eval of a model are apart, layer by layer and in loss and accuracy. */
import { expects, reading, show } from "@renorm/core-math/checks";
import { checkModel, findNormLayers } from "./find_norm_layers.ts";
import { printGap } from "./gap_table.ts";
import { readNamed } from "./layer_config.ts";
import { type LayerGap, watchLayer } from "./layer_gap.ts";
import type { LayersModel, Tensor, TensorFlow } from "./tensor_flow.ts";

/**
 * Tensors as `fit` takes them: one, one for each input or output in order, or those by its name.
 */
export type FitData = Tensor | Tensor[] | Record<string, Tensor>;

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
  if (!(Number.isSafeInteger(batchSize) && batchSize >= 2)) {
    const wanted = "batchSize to be an integer of at least 2";
    const Kind = typeof batchSize === "number" ? RangeError : TypeError;
    throw new Kind(expects(owner, wanted, show(batchSize)));
  }
  if (y && !model.optimizer) {
    throw new TypeError(expects(owner, "a compiled model to measure loss with y", "another"));
  }
  const { inputs, labels } = tf.tidy(() => ({
    inputs: wholeBatches(tf, x, model.inputNames, batchSize),
    labels: y ? wholeBatches(tf, y, model.outputNames, batchSize) : [],
  }));
  const evaluate = y ? () => evaluateOn(tf, model, inputs, labels, batchSize) : null;
  try {
    const atEval = await evaluate?.() ?? null;
    const watched = findNormLayers(model).map((found) => watchLayer(tf, found));
    let training: GapReport["training"] = null;
    let layers: LayerGap[];
    try {
      if (evaluate) training = await evaluate();
      else tf.dispose(model.predict(inputs, { batchSize }));
    } finally {
      for (const layer of watched) layer.restore();
      layers = await Promise.all(watched.map((layer) => layer.gap()));
    }
    return { layers, training, eval: atEval, toString: () => printGap(layers, training, atEval) };
  } finally {
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
  const owner = "gapReport";
  const tensors = reading(owner, "x and y", () => {
    const isRecord = typeof given === "object" && given !== null &&
      Object.getPrototypeOf(given) === Object.prototype;
    const list = isRecord ? names.map((name) => (given as Record<string, Tensor>)[name]) : given;
    return [list as Tensor | Tensor[]].flat().map((tensor) =>
      tensor instanceof tf.Tensor && tensor.rank > 0 ? tensor : show(tensor)
    );
  });
  // A model that is not built has no names.
  if (tensors.length !== Math.max(1, names.length)) {
    const wanted = `x and y to have a tensor for each of ${names.join(", ")}`;
    throw new TypeError(expects(owner, wanted, `${tensors.length} of them`));
  }
  return tensors.map((tensor) => {
    if (typeof tensor === "string") {
      throw new TypeError(expects(owner, "x and y to be tensors", tensor));
    }
    const samples = tensor.shape[0];
    return tf.slice(tensor, 0, samples < batchSize ? samples : samples - samples % batchSize);
  });
}

/** Loss and metrics by the names that `fit` writes into its history. */
async function evaluateOn(
  tf: TensorFlow,
  model: LayersModel,
  x: Tensor[],
  y: Tensor[],
  batchSize: number,
): Promise<Record<string, number>> {
  const scalars = [model.evaluate(x, y, { batchSize })].flat();
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
