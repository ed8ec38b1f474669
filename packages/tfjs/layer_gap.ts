/** How far the batches of one layer stray from its moving averages. */
import { diagnose, type Finding, type Moments, renormCorrection } from "@renorm/core-math";
import { type Limits, limitsAt, type Schedule } from "@renorm/schedule";
import type { Replaced } from "./call_instead.ts";
import { classNameOf, type FoundLayer, stockClassName } from "./find_norm_layers.ts";
import { type LayerVariable, renormClassName, type StockLayer } from "./layer_interface.ts";
import { type MeasuredMoments, measureMoments, readMoments } from "./measured_moments.ts";
import { maskOf } from "./training_mask.ts";
import { stockTrainingStep } from "./stock_training_step.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";
import { trainingStepOf } from "./training_step.ts";

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

/** A layer that tells of its batches. */
export interface WatchedLayer extends Replaced {
  /** Reads what its batches came to. */
  read(): Promise<{ readonly gap: LayerGap; readonly findings: Finding[] }>;
  /** Frees what was kept of them. */
  dispose(): void;
}

/** How a layer normalises as in training, without moving, and measures each batch. */
export function watchLayer(tf: TensorFlow, { path, layer }: FoundLayer): WatchedLayer {
  const className = classNameOf(layer);
  const isRenorm = className === renormClassName;
  const limits = isRenorm ? lastLimits(layer.schedule) : { rmax: 3, dmax: 5 };
  const isStock = className === stockClassName;
  const isFrozen = !layer.trainable;
  const infer = layer.call.bind(layer);
  const measured: MeasuredMoments[] = [];
  return {
    layer,
    call: (inputs, kwargs) =>
      tf.tidy(() => {
        const x = tf.cast(Array.isArray(inputs) ? inputs[0] : inputs, "float32");
        const applied = isRenorm ? limits : { rmax: 1, dmax: 0 };
        const mask = maskOf(tf, layer, x, inputs, kwargs);
        const step = { ...trainingStepOf(layer, x, mask, applied), updateStats: false };
        const moments = measureMoments(tf, x, step.axis, mask);
        measured.push(moments);
        const isInference = !isStock && (isFrozen || moments.m === 1);
        return isInference ? infer(x, {}) as Tensor : stockTrainingStep(tf, step);
      }),
    async read() {
      const batches = await Promise.all(measured.map(readMoments));
      const state = await readState(layer);
      const eps = layer.epsilon > 0 ? layer.epsilon : 1e-38;
      // Nothing is clipped in batch norm. And no count of steps: that of a layer that was converted
      // or loaded does not tell how old its averages are.
      const findings = diagnose({ [path]: state }, {
        eps,
        layers: { [path]: { moments: batches, ...isRenorm && { schedule: layer.schedule } } },
      });
      const gap = {
        path,
        ...straysOf(batches, state, eps, limits),
        limits,
        warmup: isRenorm ? warmupOf(layer.schedule, layer.renormStep) : null,
        isFrozen,
        isStock,
        neverMoved: state.running_mean.every((value) => value === 0) &&
          state.running_var.every((value) => value === 1),
      };
      return { gap, findings };
    },
    dispose: () => tf.dispose(measured.map(({ rows }) => rows)),
  };
}

/** The weights of a layer under the keys of a state dict. */
async function readState({ gamma, beta, movingMean, movingVariance }: StockLayer) {
  const read = (weight: LayerVariable) => weight.read().data<"float32">();
  return {
    ...gamma && { weight: await read(gamma) },
    ...beta && { bias: await read(beta) },
    running_mean: await read(movingMean),
    running_var: await read(movingVariance),
  };
}

type Strays = Pick<LayerGap, "meanStrays" | "deviationStrays" | "rClipped" | "dClipped">;

/**
 * How far batches are off, over all channels of all of them; less than two values, as a mask may
 * leave, are no batch, and r and d do not correct them.
 */
function straysOf(
  batches: readonly Moments[],
  { running_mean: runningMean, running_var: runningVar }: Awaited<ReturnType<typeof readState>>,
  eps: number,
  { rmax, dmax }: Limits,
): Strays {
  const open = { rmax: Infinity, dmax: Infinity, eps };
  const corrections = batches.filter(({ m }) => m > 1).flatMap((batch) => {
    const { r, d } = renormCorrection(batch, { runningMean, runningVar }, open);
    return Array.from(r, (r, c) => ({ r, d: d[c] }));
  });
  const average = (of: (correction: { r: number; d: number }) => number) =>
    corrections.reduce((sum, correction) => sum + of(correction), 0) /
    Math.max(1, corrections.length);
  return {
    meanStrays: Math.sqrt(average(({ d }) => d ** 2)),
    deviationStrays: Math.sqrt(average(({ r }) => (r - 1) ** 2)),
    rClipped: average(({ r }) => r > rmax || r < 1 / rmax ? 1 : 0),
    dClipped: average(({ d }) => Math.abs(d) > dmax ? 1 : 0),
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
