/** How far the batches of one layer stray from its moving averages. */
import { type Limits, limitsAt, type Schedule } from "@renorm/schedule";
import { classNameOf, type FoundLayer, stockClassName } from "./find_norm_layers.ts";
import { renormClassName } from "./layer_interface.ts";
import { openCorrection, stockTrainingStep } from "./stock_training_step.ts";
import { givenMask, positionMask } from "./position_mask.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";
import { axisOf, type TrainingStep, trainingStepOf } from "./training_step.ts";

/** How far the batches of one layer stray from its moving averages. */
export interface LayerGap {
  /** Names from the model, with dots between. */
  readonly path: string;
  /**
   * RMS over channels and batches of (batch mean − moving mean) / moving deviation: of d unclipped.
   */
  readonly meanStrays: number;
  /** RMS of batch deviation / moving deviation − 1: of r − 1 unclipped. */
  readonly deviationStrays: number;
  /** Share of channels and batches with r beyond the limits below. */
  readonly rClipped: number;
  /** Likewise d. */
  readonly dClipped: number;
  /** The limits that the layer's schedule leads to; rmax 3 and dmax 5 for batch norm. */
  readonly limits: Limits;
  /** Where the schedule stands; null at its end, and for batch norm. */
  readonly warmup: Warmup | null;
  /**
   * Whether `trainable` is false. A layer of this package is then in inference while the model
   * trains; TensorFlow.js' own goes on moving its averages.
   */
  readonly isFrozen: boolean;
  /** Whether it is TensorFlow.js' own. */
  readonly isStock: boolean;
  /** Whether its averages are those of a new layer: all means 0 and all variances 1. */
  readonly neverMoved: boolean;
}

/** A schedule under way. */
export interface Warmup {
  /** Training steps that are behind the layer. */
  readonly step: number;
  /** The step at which the limits are what they stay. */
  readonly steps: number;
  /** The limits of the next step. */
  readonly limits: Limits;
}

/** A layer that tells of its batches until it is restored. */
export interface WatchedLayer {
  /** Makes it compute as before. */
  restore(): void;
  /** What its batches came to; frees what was kept of them. */
  gap(): Promise<LayerGap>;
}

/** Makes a layer normalise as in training, without moving, and measures each batch. */
export function watchLayer(tf: TensorFlow, { path, layer }: FoundLayer): WatchedLayer {
  const className = classNameOf(layer);
  const isRenorm = className === renormClassName;
  const limits = isRenorm ? lastLimits(layer.schedule) : { rmax: 3, dmax: 5 };
  const isStock = className === stockClassName;
  const isFrozen = !layer.trainable;
  const infer = layer.call.bind(layer);
  const batches: Tensor[] = [];
  const patched = layer as unknown as { call?: unknown };
  patched.call = (inputs: Tensor | Tensor[], kwargs: { mask?: unknown } = {}) =>
    tf.tidy(() => {
      const x = tf.cast(Array.isArray(inputs) ? inputs[0] : inputs, "float32");
      const applied = isRenorm ? limits : { rmax: 1, dmax: 0 };
      // TensorFlow.js' own layer reads none.
      const given = isStock ? null : givenMask(layer, inputs, kwargs);
      const mask = given && positionMask(tf, layer.name, given, x, axisOf(layer, x));
      const step = { ...trainingStepOf(layer, x, mask, applied), updateStats: false };
      batches.push(tf.keep(batchSums(tf, step, limits)));
      return isFrozen && !isStock ? infer(x, {}) : stockTrainingStep(tf, step);
    });
  return {
    restore: () => delete patched.call,
    async gap() {
      const [d, r, rBeyond, dBeyond, channels] = await totals(tf, batches);
      const share = (sum: number) => channels > 0 ? sum / channels : 0;
      return {
        path,
        meanStrays: Math.sqrt(share(d)),
        deviationStrays: Math.sqrt(share(r)),
        rClipped: share(rBeyond),
        dClipped: share(dBeyond),
        limits,
        warmup: isRenorm ? warmupOf(layer.schedule, layer.renormStep) : null,
        isFrozen,
        isStock,
        neverMoved: await isAll(layer.movingMean.read(), 0) &&
          await isAll(layer.movingVariance.read(), 1),
      };
    },
  };
}

/** The step at which a schedule ends, and the limits that it leads to. */
function lastStep({ rmax, dmax }: Schedule): number {
  return Math.max(...[...rmax, ...dmax].map(([step]) => step));
}

function lastLimits(schedule: Schedule): Limits {
  return limitsAt(schedule, lastStep(schedule) + 1);
}

/** Where a schedule stands; null when nothing changes from its next step on. */
function warmupOf(schedule: Schedule, step: number): Warmup | null {
  const [next, last] = [limitsAt(schedule, step + 1), lastLimits(schedule)];
  const isOver = step >= lastStep(schedule) || next.rmax === last.rmax && next.dmax === last.dmax;
  return isOver ? null : { step, steps: lastStep(schedule), limits: next };
}

async function isAll(tensor: Tensor, wanted: number): Promise<boolean> {
  return (await tensor.data()).every((value) => value === wanted);
}

/** Sums over the channels of one batch: d², (r − 1)², r beyond, d beyond, channels. */
function batchSums(tf: TensorFlow, step: TrainingStep, { rmax, dmax }: Limits): Tensor {
  const { r, d } = openCorrection(tf, step);
  const isBeyond = (condition: Tensor) => tf.sum(tf.cast(condition, "float32"));
  return tf.stack([
    tf.sum(tf.square(d)),
    tf.sum(tf.square(tf.sub(r, 1))),
    isBeyond(tf.logicalOr(tf.greater(r, rmax), tf.less(r, 1 / rmax))),
    isBeyond(tf.greater(tf.abs(d), dmax)),
    tf.scalar(r.size),
  ]);
}

/** The sums over all batches; the tensors are freed. */
async function totals(tf: TensorFlow, batches: Tensor[]): Promise<number[]> {
  const sums = [0, 0, 0, 0, 0];
  for (const batch of batches) (await batch.data()).forEach((value, i) => sums[i] += value);
  tf.dispose(batches);
  return sums;
}
