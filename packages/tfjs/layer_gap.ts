/** How far the batches of one layer stray from its moving averages. */
import { limitsAt } from "@renorm/schedule";
import { classNameOf, type FoundLayer, stockClassName } from "./find_layers.ts";
import { renormClassName } from "./normalization_layer.ts";
import { stockTrainingStep } from "./stock_training_step.ts";
import type { Tensor, TensorFlow, Variable } from "./tensor_flow.ts";

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
  const nextLimits = className === renormClassName
    ? limitsAt(layer.schedule, layer.renormStep + 1)
    : null;
  const measured = nextLimits ?? { rmax: 3, dmax: 5 };
  // TensorFlow.js' own goes on in training when it is frozen.
  const isFrozen = !layer.trainable && className !== stockClassName;
  const infer = layer.call.bind(layer);
  const batches: Tensor[] = [];
  const patched = layer as unknown as { call?: unknown };
  patched.call = (inputs: Tensor | Tensor[]) =>
    tf.tidy(() => {
      const x = tf.cast(Array.isArray(inputs) ? inputs[0] : inputs, "float32");
      const step = {
        x,
        axis: layer.axis < 0 ? layer.axis + x.rank : layer.axis,
        gamma: layer.gamma?.read() ?? null,
        beta: layer.beta?.read() ?? null,
        movingMean: layer.movingMean.read() as Variable,
        movingVariance: layer.movingVariance.read() as Variable,
        epsilon: layer.epsilon,
        momentum: 0,
        limits: nextLimits ?? { rmax: 1, dmax: 0 },
        updateStats: false,
      };
      batches.push(tf.keep(batchSums(tf, step, measured)));
      return isFrozen ? infer(x, {}) : stockTrainingStep(tf, step);
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
      };
    },
  };
}

/** Sums over the channels of one batch: d², (r − 1)², r beyond, d beyond, channels. */
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

/** The sums over all batches; the tensors are freed. */
async function totals(tf: TensorFlow, batches: Tensor[]): Promise<number[]> {
  const sums = [0, 0, 0, 0, 0];
  for (const batch of batches) (await batch.data()).forEach((value, i) => sums[i] += value);
  tf.dispose(batches);
  return sums;
}
