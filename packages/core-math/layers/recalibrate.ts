import { expects, show } from "@renorm/schedule/checks";
import { readList } from "../checks/list.ts";
import { checkOption, checkOptions } from "../checks/options.ts";
import { NormalizationLayer } from "./normalization_layer.ts";
import { isWatched, watchLayer } from "./watched_layer.ts";

/** How far a recalibration is. */
export interface RecalibrationProgress {
  /** The pass over the data, from 1. */
  readonly pass: number;
  /** How many there will be. */
  readonly passes: number;
  /** Batches of this pass that went through the first layer. */
  readonly batches: number;
}

/** Options of {@linkcode recalibrate}. */
export interface RecalibrateOptions {
  /**
   * What the layers normalise by meanwhile, and so what later layers see.
   *
   * - `"batch"`: the moments of each batch, as batch norm in training and PyTorch's `update_bn`,
   *   without the correction of batch renorm, which would go toward the statistics that are to be
   *   replaced. One pass; what later layers see depends on the cut of the data. A batch of one
   *   value per channel is normalised by the running statistics, and counts like any other.
   * - `"running"`: the running statistics, as in inference; those of the pass before, from the
   *   second on. What a layer sees is right once all layers before it are: with as many passes as
   *   there are layers behind one another every layer's statistics are those of inference, for any
   *   cut.
   *
   * Default `"batch"`.
   */
  normalizeBy?: "batch" | "running";
  /** How often `forward` runs. Default 1. */
  passes?: number;
  /** Whether layers in eval mode, which is how a layer is frozen, take part. Default false. */
  includeFrozen?: boolean;
  /** Called after each batch that went through the first layer. What it throws ends the run. */
  onProgress?: (progress: RecalibrationProgress) => void;
}

/**
 * Measures the running statistics of trained layers afresh: the mean and variance over all values
 * that `forward` sends through each, pooled in float64 by Chan's formula, whatever the batches. For
 * averaged weights (SWA, EMA), for a model whose statistics lag behind or come of batches that were
 * not drawn at random, and for new data (AdaBN).
 *
 * Nothing but running statistics changes: no weight, counter or mode. A layer in eval mode is
 * frozen: it stays, and normalises as ever, unless `includeFrozen` is set. When `forward` throws,
 * all statistics are what they were. Layers of `@renorm/wasm-kernels` do it by their own loops.
 *
 * @param layers The layers, in any order; others that `forward` runs through do what they ever do.
 * @param forward Runs the model over all of the data, in batches of any size; it is given the pass,
 * from 1. It may be async.
 * @param options Defaults: `"batch"`, 1 pass, frozen layers stay.
 * @returns Nothing, or a promise where `forward` gives one.
 * @throws {TypeError} For what is no layer, for layers without running statistics or that another
 * run is measuring, and where all are frozen.
 * @throws {RangeError} For option values out of range, for a layer that less than two values per
 * channel went through, and for data that is not finite.
 * @see torch.optim.swa_utils.update_bn, which averages the variances of the batches instead
 * @see Li et al. 2016, "Revisiting Batch Normalization For Practical Domain Adaptation" (AdaBN)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm1d, recalibrate } from "@renorm/core-math";
 *
 * const layer = new BatchNorm1d(1, { runningVariance: "biased" });
 * const batches = [[1, 3], [7]].map((values) => ({
 *   data: Float32Array.from(values),
 *   shape: [values.length, 1],
 * }));
 * recalibrate([layer], () => batches.forEach((batch) => layer.forward(batch)));
 * assert.equal(layer.runningMean![0], Math.fround(11 / 3));
 * assert.equal(layer.runningVar![0], Math.fround(56 / 9));
 * assert.equal(layer.numBatchesTracked, 0);
 * ```
 */
export function recalibrate(
  layers: readonly NormalizationLayer[],
  forward: (pass: number) => Promise<unknown>,
  options?: RecalibrateOptions,
): Promise<void>;
/** The same at once, where `forward` is not async. */
export function recalibrate(
  layers: readonly NormalizationLayer[],
  forward: (pass: number) => unknown,
  options?: RecalibrateOptions,
): void;
export function recalibrate(
  layers: readonly NormalizationLayer[],
  forward: (pass: number) => unknown,
  options: RecalibrateOptions = {},
): void | Promise<void> {
  const owner = "recalibrate";
  const names = ["normalizeBy", "passes", "includeFrozen", "onProgress"];
  const settings = checkOptions(owner, options, names);
  const { normalizeBy = "batch", passes = 1, includeFrozen = false, onProgress } = settings;
  const chosen = readLayers(owner, layers, includeFrozen);
  checkOption(owner, "forward", forward);
  let [pass, batches] = [1, 0];
  const watched = chosen.map((layer, i) =>
    watchLayer(layer, normalizeBy === "batch", () => {
      if (i === 0) onProgress?.({ pass, passes, batches: ++batches });
    })
  );
  const release = () => watched.forEach((layer) => layer.release());
  const undo = (error: unknown) => {
    release();
    watched.forEach((layer) => layer.undo());
    throw error;
  };
  const take = () => {
    // All of what can fail comes before the first is written.
    const pooled = watched.map((layer) => layer.pooled(owner));
    watched.forEach((layer, i) => layer.take(pooled[i]));
    pass++;
    batches = 0;
  };
  const run = (): void | Promise<void> => {
    while (pass <= passes) {
      const running = forward(pass);
      if (isPromise(running)) return running.then(take).then(run);
      take();
    }
  };
  try {
    const running = run();
    if (running) return running.then(release, undo);
    release();
  } catch (error) {
    undo(error);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null | undefined)?.then === "function";
}

/** The layers that take part, each once. */
function readLayers(owner: string, given: unknown, includeFrozen: boolean): NormalizationLayer[] {
  const layers = [...new Set(readList(owner, "layers to be an array of layers", given))];
  for (const layer of layers) {
    if (!(layer instanceof NormalizationLayer)) {
      throw new TypeError(expects(owner, "layers of core-math or wasm-kernels", show(layer)));
    }
    if (!layer.trackRunningStats) {
      throw new TypeError(expects(owner, "layers that track running statistics", String(layer)));
    }
    if (isWatched(layer)) {
      throw new TypeError(expects(owner, "layers that no other run measures", String(layer)));
    }
  }
  const chosen = (layers as NormalizationLayer[]).filter(({ training }) =>
    includeFrozen || training
  );
  if (chosen.length === 0) {
    const wanted = "a layer in training mode, or includeFrozen: true";
    throw new TypeError(expects(owner, wanted, `${layers.length} layers in eval mode`));
  }
  return chosen;
}
