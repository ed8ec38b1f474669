/** The running statistics of a trained model, measured afresh over data. */
import { checkOption, expects } from "@renorm/core-math/checks";
import { checkModel, findNormLayers, type FoundLayer } from "./find_norm_layers.ts";
import { checkBatchSize } from "./fit_data.ts";
import { readNamed } from "./layer_config.ts";
import { measurePass, type Pooled, type RecalibrationProgress, vector } from "./measure_pass.ts";
import type { RecalibrationData } from "./recalibration_data.ts";
import type { LayersModel, TensorFlow, Variable } from "./tensor_flow.ts";

/** Options of {@linkcode RenormLayers.recalibrate}. */
export interface RecalibrateOptions {
  /**
   * What the layers before do while the later ones are measured. `"batch"`: they normalise by the
   * batch at hand, as in training (batch renorm as well, with r = 1 and d = 0), which is what
   * PyTorch's `update_bn` does; one value per channel is normalised by the statistics that the
   * layer has. `"running"`: by the statistics that the pass before measured, in the first pass by
   * those that the layer has, as in inference. Default `"batch"`.
   */
  normalizeBy?: "batch" | "running";
  /**
   * How often the data is gone through. The last pass counts. With `"running"` each pass makes one
   * layer more exact, from the input on; with `"batch"` another one over the same batches finds the
   * same. Default 1.
   */
  passes?: number;
  /** Whether layers that are frozen are measured too. Default false: they stay as they are. */
  includeFrozen?: boolean;
  /** Samples per batch where the data is one tensor. Default 32. */
  batchSize?: number;
  /** Told after every batch, and awaited. What it throws ends the run: no statistic has changed. */
  onProgress?: (progress: RecalibrationProgress) => unknown;
}

/** What a recalibration did. */
export interface Recalibration {
  /** Paths of the layers that were measured. */
  readonly measured: readonly string[];
  /** Paths of those that stay as they are: frozen, or not called by the model. */
  readonly kept: readonly string[];
  /** Samples of a pass. */
  readonly samples: number;
}

const owner = "recalibrate";

/** The options that it has in common with core-math's, which checks them. */
const names = ["normalizeBy", "passes", "includeFrozen", "onProgress"];

/** Measures, and writes the statistics when all is done. */
export async function recalibrateModel(
  tf: TensorFlow,
  model: LayersModel,
  data: RecalibrationData,
  options: RecalibrateOptions,
): Promise<Recalibration> {
  checkModel(owner, model);
  const { includeFrozen, passes, ...ofPasses } = readOptions(options);
  const found = findNormLayers(model);
  const open = found.filter(({ layer }) => includeFrozen || layer.trainable);
  if (open.length === 0) {
    const wanted = "a model with a norm that is not frozen, or includeFrozen: true";
    throw new TypeError(expects(owner, wanted, `${found.length} frozen ones`));
  }
  let pooled: Pooled = new Map();
  let samples = 0;
  for (let pass = 1; pass <= passes; pass++) {
    const before = pooled;
    const progress = { pass, passes };
    ({ pooled, samples } = await measurePass(tf, model, data, open, before, ofPasses, progress));
  }
  writeStatistics(tf, open, pooled);
  const pathsOf = (isMeasured: boolean) =>
    found.filter(({ layer }) => pooled.has(layer) === isMeasured).map(({ path }) => path);
  return { measured: pathsOf(true), kept: pathsOf(false), samples };
}

function readOptions(options: RecalibrateOptions) {
  const { batchSize = 32, ...others } = readNamed(owner, options, [...names, "batchSize"]);
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) checkOption(owner, name, value);
  }
  checkBatchSize(owner, batchSize, 1);
  const { normalizeBy = "batch", passes = 1, includeFrozen = false, onProgress } = others;
  return { normalizeBy, passes, includeFrozen, batchSize, onProgress };
}

/** Writes the statistics of all layers, or none. */
function writeStatistics(tf: TensorFlow, open: readonly FoundLayer[], pooled: Pooled): void {
  for (const { path, layer } of open) {
    if ((pooled.get(layer)?.m ?? 2) < 2) {
      throw new RangeError(expects(owner, `more than 1 value per channel before ${path}`, "1"));
    }
    for (const [name, values] of Object.entries(pooled.get(layer) ?? {})) {
      if (typeof values === "number") continue;
      const c = values.findIndex((value: number) => !Number.isFinite(Math.fround(value)));
      if (c < 0) continue;
      const got = `a ${name} of ${values[c]} in channel ${c}`;
      throw new RangeError(expects(owner, `finite values before ${path}`, got));
    }
  }
  tf.tidy(() => {
    for (const [layer, { mean, variance }] of pooled) {
      (layer.movingMean.read() as Variable).assign(vector(tf, mean));
      (layer.movingVariance.read() as Variable).assign(vector(tf, variance));
    }
  });
}
