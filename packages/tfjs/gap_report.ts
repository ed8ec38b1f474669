/** How far training and eval of a model are apart, layer by layer and in loss and accuracy. */
import { checkOptions, expects, show } from "@renorm/core-math/checks";
import { limitsAt } from "@renorm/schedule";
import { classNameOf, findNormLayers, type FoundLayer } from "./find_layers.ts";
import { renormClassName } from "./normalization_layer.ts";
import { stockTrainingStep } from "./stock_training_step.ts";
import type { LayersModel, Tensor, TensorFlow, Variable } from "./tensor_flow.ts";

/** Options of {@linkcode RenormLayers.gapReport}. */
export interface GapReportOptions {
  /** The labels, as `fit` takes them, for loss and accuracy. The model must be compiled. */
  y?: Tensor;
  /** Samples a batch: take that of the training. Default 32. */
  batchSize?: number;
}

/** How far the batches of one layer stray from its moving averages. */
export interface LayerGap {
  /** Names from the model, with dots between. */
  readonly path: string;
  /** RMS over channels and batches of (batch mean − moving mean) / moving deviation: of d unclipped. */
  readonly meanStrays: number;
  /** RMS of batch deviation / moving deviation − 1: of r − 1 unclipped. */
  readonly deviationStrays: number;
  /** Share of channels and batches with r beyond the limits of the layer's next step. */
  readonly rClipped: number;
  /** Likewise d. Batch norm is measured against rmax 3 and dmax 5. */
  readonly dClipped: number;
}

/** The gap. Prints as a table. */
export interface GapReport {
  /** In the model's order. */
  readonly layers: readonly LayerGap[];
  /** Loss and metrics by name where batches normalise as in training; null without labels. */
  readonly training: Readonly<Record<string, number>> | null;
  /** The same in eval mode. */
  readonly eval: Readonly<Record<string, number>> | null;
  /** The table. */
  toString(): string;
}

/** Sums over the channels of one batch: d², (r − 1)², r beyond, d beyond, channels. */
const sumNames = 5;

/** Measures; moves no state of the model. */
export async function measureGap(
  tf: TensorFlow,
  model: LayersModel,
  x: Tensor,
  options: GapReportOptions,
): Promise<GapReport> {
  const owner = "gapReport";
  const { y, batchSize = 32, ...others } = options;
  checkOptions(owner, others, []);
  if (!(Number.isSafeInteger(batchSize) && batchSize >= 2)) {
    const wanted = "batchSize to be an integer of at least 2";
    throw new RangeError(expects(owner, wanted, show(batchSize)));
  }
  if (y && !model.optimizer) {
    throw new TypeError(expects(owner, "a compiled model to measure loss with y", "another"));
  }
  const found = findNormLayers(model);
  const atEval = y ? await evaluate(tf, model, x, y, batchSize) : null;
  const sums = found.map((): Tensor[] => []);
  const restore = found.map((entry, i) => watch(tf, entry, (batch) => sums[i].push(batch)));
  let training: Record<string, number> | null = null;
  try {
    if (y) training = await evaluate(tf, model, x, y, batchSize);
    else tf.dispose(model.predict(x, { batchSize }));
  } finally {
    for (const undo of restore) undo();
  }
  const layers = await Promise.all(
    found.map(async ({ path }, i) => gapOf(path, await totals(tf, sums[i]))),
  );
  return { layers, training, eval: atEval, toString: () => print(layers, training, atEval) };
}

/** Loss and metrics over all of x; whole batches alone, since one sample has no variance. */
async function evaluate(
  tf: TensorFlow,
  model: LayersModel,
  x: Tensor,
  y: Tensor,
  batchSize: number,
): Promise<Record<string, number>> {
  const scalars = [model.evaluate(x, y, { batchSize })].flat();
  const values = await Promise.all(scalars.map(async (scalar) => (await scalar.data())[0]));
  tf.dispose(scalars);
  return Object.fromEntries(values.map((value, i) => [model.metricsNames[i], value]));
}

/** Makes a layer normalise as in training without moving, and tell of each batch; gives the undoing. */
function watch(
  tf: TensorFlow,
  { layer }: FoundLayer,
  tell: (sums: Tensor) => void,
): () => void {
  const isRenorm = classNameOf(layer) === renormClassName;
  const nextLimits = isRenorm ? limitsAt(layer.schedule, layer.renormStep + 1) : null;
  const measured = nextLimits ?? { rmax: 3, dmax: 5 };
  const patched = layer as unknown as { call?: unknown };
  patched.call = (inputs: Tensor | Tensor[]) =>
    tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const axis = layer.axis < 0 ? layer.axis + x.rank : layer.axis;
      const step = {
        x,
        axis,
        gamma: layer.gamma?.read() ?? null,
        beta: layer.beta?.read() ?? null,
        movingMean: layer.movingMean.read() as Variable,
        movingVariance: layer.movingVariance.read() as Variable,
        epsilon: layer.epsilon,
        momentum: 0,
        limits: nextLimits ?? { rmax: 1, dmax: 0 },
        updateStats: false,
      };
      tell(tf.keep(batchSums(tf, step, measured)));
      return stockTrainingStep(tf, step);
    });
  return () => delete patched.call;
}

function batchSums(
  tf: TensorFlow,
  { x, axis, movingMean, movingVariance, epsilon }: Parameters<typeof stockTrainingStep>[1],
  { rmax, dmax }: { rmax: number; dmax: number },
): Tensor {
  const axes = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const { mean, variance } = tf.moments(x, axes);
  const movingStd = tf.sqrt(tf.add(movingVariance, epsilon));
  const r = tf.div(tf.sqrt(tf.add(variance, epsilon)), movingStd);
  const d = tf.div(tf.sub(mean, movingMean), movingStd);
  const isBeyond = (condition: Tensor) => tf.sum(tf.cast(condition, "float32"));
  return tf.stack([
    tf.sum(tf.square(d)),
    tf.sum(tf.square(tf.sub(r, 1))),
    isBeyond(tf.logicalOr(tf.greater(r, rmax), tf.less(r, 1 / rmax))),
    isBeyond(tf.greater(tf.abs(d), dmax)),
    tf.scalar(r.size),
  ]);
}

/** The sums over all batches of a layer; the tensors are freed. */
async function totals(tf: TensorFlow, batches: Tensor[]): Promise<number[]> {
  const sums = Array<number>(sumNames).fill(0);
  for (const batch of batches) (await batch.data()).forEach((value, i) => sums[i] += value);
  tf.dispose(batches);
  return sums;
}

function gapOf(path: string, [d, r, rBeyond, dBeyond, channels]: number[]): LayerGap {
  const share = (sum: number) => channels > 0 ? sum / channels : 0;
  return {
    path,
    meanStrays: Math.sqrt(share(d)),
    deviationStrays: Math.sqrt(share(r)),
    rClipped: share(rBeyond),
    dClipped: share(dBeyond),
  };
}

function print(
  layers: readonly LayerGap[],
  training: GapReport["training"],
  atEval: GapReport["eval"],
): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const header = ["layer", "mean strays", "deviation strays", "r clipped", "d clipped"];
  const rows = layers.map(({ path, meanStrays, deviationStrays, rClipped, dClipped }) => [
    path,
    meanStrays.toFixed(3),
    deviationStrays.toFixed(3),
    percent(rClipped),
    percent(dClipped),
  ]);
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)));
  const lines = [header, ...rows].map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
  );
  for (const name of Object.keys(training ?? {})) {
    const values = [training, atEval].map((mode) => mode?.[name]?.toFixed(4));
    lines.push(`${name}: ${values[0]} in training mode, ${values[1]} in eval`);
  }
  return lines.join("\n");
}
