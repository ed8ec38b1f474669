/** The running statistics of a trained model, measured afresh over data. */
import { expects, show } from "@renorm/core-math/checks";
import { checkModel, findNormLayers, type FoundLayer } from "./find_norm_layers.ts";
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
  const names = ["normalizeBy", "passes", "includeFrozen", "batchSize", "onProgress"];
  const { normalizeBy = "batch", passes = 1, includeFrozen = false, batchSize = 32, onProgress } =
    readNamed(owner, options, names);
  const refuse = (Kind: ErrorConstructor, wanted: string, got: unknown) => {
    throw new Kind(expects(owner, wanted, show(got)));
  };
  if (normalizeBy !== "batch" && normalizeBy !== "running") {
    const Kind = typeof normalizeBy === "string" ? RangeError : TypeError;
    refuse(Kind, 'normalizeBy to be "batch" or "running"', normalizeBy);
  }
  for (const [name, count] of Object.entries({ passes, batchSize })) {
    if (Number.isSafeInteger(count) && count >= 1) continue;
    const Kind = typeof count === "number" ? RangeError : TypeError;
    refuse(Kind, `${name} to be an integer of at least 1`, count);
  }
  if (typeof includeFrozen !== "boolean") {
    refuse(TypeError, "includeFrozen to be true or false", includeFrozen);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    refuse(TypeError, "onProgress to be a function", onProgress);
  }
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
