/** One pass of a recalibration over its data. */
import { mergeMoments, type Moments } from "@renorm/core-math";
import { expects } from "@renorm/core-math/checks";
import { callInstead, type Replaced } from "./call_instead.ts";
import type { FoundLayer } from "./find_norm_layers.ts";
import { infer } from "./inference.ts";
import type { NormalizationLayer } from "./layer_interface.ts";
import { type MeasuredMoments, measureMoments, readMoments } from "./measured_moments.ts";
import { maskOf } from "./training_mask.ts";
import { batchesOf, type RecalibrationData } from "./recalibration_data.ts";
import { stockTrainingStep } from "./stock_training_step.ts";
import type { LayersModel, Tensor, TensorFlow } from "./tensor_flow.ts";
import { axisOf, trainingStepOf } from "./training_step.ts";

/** How far a recalibration is. */
export interface RecalibrationProgress {
  /** The pass under way, from 1. */
  readonly pass: number;
  /** How many there are. */
  readonly passes: number;
  /** Batches of this pass so far. */
  readonly batches: number;
  /** Samples of this pass so far. */
  readonly samples: number;
}

/** The pooled moments of what layers were given. */
export type Pooled = ReadonlyMap<NormalizationLayer, Moments>;

/** How a pass is made. */
export interface PassOptions {
  readonly normalizeBy: "batch" | "running";
  readonly batchSize: number;
  readonly onProgress: ((progress: RecalibrationProgress) => unknown) | undefined;
}

const owner = "recalibrate";

/** Goes through the data once. */
export async function measurePass(
  tf: TensorFlow,
  model: LayersModel,
  data: RecalibrationData,
  open: readonly FoundLayer[],
  before: Pooled,
  { normalizeBy, batchSize, onProgress }: PassOptions,
  progress: Pick<RecalibrationProgress, "pass" | "passes">,
): Promise<{ pooled: Pooled; samples: number }> {
  const pooled = new Map<NormalizationLayer, Moments>();
  let [batches, samples] = [0, 0];
  for await (const inputs of batchesOf(tf, data, model.inputNames, batchSize)) {
    const size = inputs[0].shape[0];
    if (size === 0) continue;
    const measured: { layer: NormalizationLayer; moments: MeasuredMoments }[] = [];
    try {
      const replaced = open.map(({ layer }): Replaced => ({
        layer,
        call: (given, kwargs) =>
          tf.tidy(() => {
            const x = tf.cast(Array.isArray(given) ? given[0] : given, "float32");
            const mask = maskOf(tf, layer, x, given, kwargs);
            const moments = measureMoments(tf, x, axisOf(layer, x), mask);
            measured.push({ layer, moments });
            return normalizeBy === "batch" && moments.m > 1
              ? stockTrainingStep(tf, {
                ...trainingStepOf(layer, x, mask, { rmax: 1, dmax: 0 }),
                updateStats: false,
              })
              : inferBy(tf, layer, x, before.get(layer));
          }),
      }));
      tf.dispose(callInstead(replaced, () => model.predict(inputs, { batchSize: size })));
      const parts = await Promise.all(measured.map(({ moments }) => readMoments(moments)));
      measured.forEach(({ layer }, i) => {
        const sum = pooled.get(layer);
        pooled.set(layer, sum ? mergeMoments(sum, parts[i]) : parts[i]);
      });
    } finally {
      tf.dispose(measured.map(({ moments }) => moments.rows));
    }
    samples += size;
    await onProgress?.({ ...progress, batches: ++batches, samples });
  }
  if (samples > 0) return { pooled, samples };
  const again = progress.pass > 1 ? " that can be gone through again" : "";
  const got = `no samples in pass ${progress.pass}`;
  throw new RangeError(expects(owner, `data with samples${again}`, got));
}

/** Inference, by the moments that were measured or by the layer's own averages. */
function inferBy(
  tf: TensorFlow,
  layer: NormalizationLayer,
  x: Tensor,
  measured: Moments | undefined,
): Tensor {
  const { epsilon, gamma, beta, movingMean, movingVariance } = layer;
  const by = measured
    ? [measured.mean, measured.variance].map((values) => ({ read: () => vector(tf, values) }))
    : [movingMean, movingVariance];
  const weights = { epsilon, gamma, beta, movingMean: by[0], movingVariance: by[1] };
  return infer(tf, x, axisOf(layer, x), weights);
}

/** Float64 values as a tensor. */
export function vector(tf: TensorFlow, values: Float64Array): Tensor {
  return tf.tensor1d(Float32Array.from(values));
}
