import type { Layout } from "@renorm/core-math";
import type { Limits } from "@renorm/schedule";
import type { StockLayer } from "./layer_interface.ts";
import type { PositionMask } from "./position_mask.ts";
import type { Tensor, TensorFlow, Variable } from "./tensor_flow.ts";

/** One training forward, as a layer asks for it. */
export interface TrainingStep {
  /** The input, float32, of rank 2 to 5. */
  readonly x: Tensor;
  /** Axis of the channels, from 0. */
  readonly axis: number;
  /** Which positions count; null where all do. */
  readonly mask: PositionMask | null;
  /** Scale γ; null counts as 1. */
  readonly gamma: Tensor | null;
  /** Shift β; null counts as 0. */
  readonly beta: Tensor | null;
  /** Moving mean, moved by the step. */
  readonly movingMean: Variable;
  /** Moving variance, moved by the step. */
  readonly movingVariance: Variable;
  /** Added to a variance under the root. */
  readonly epsilon: number;
  /** Weight of the new batch in the moving averages: PyTorch's sense. */
  readonly momentum: number;
  /** How far r and d may correct; 1 and 0 is batch norm. */
  readonly limits: Limits;
  /** Whether the moving averages move. */
  readonly updateStats: boolean;
}

/** The training forward of a layer on x, with these limits. */
export function trainingStepOf(
  layer: StockLayer,
  x: Tensor,
  mask: PositionMask | null,
  limits: Limits,
): TrainingStep {
  return {
    x,
    mask,
    axis: axisOf(layer, x),
    gamma: layer.gamma?.read() ?? null,
    beta: layer.beta?.read() ?? null,
    movingMean: layer.movingMean.read() as Variable,
    movingVariance: layer.movingVariance.read() as Variable,
    epsilon: layer.epsilon,
    momentum: 1 - layer.momentum,
    limits,
    updateStats: true,
  };
}

/** The axis of a layer's channels in x, from 0. */
export function axisOf({ axis }: StockLayer, x: Tensor): number {
  return axis < 0 ? axis + x.rank : axis;
}

/** How the channels stand for our kernels; null where no kernel takes them. */
export function layoutOf(x: Tensor, axis: number): Layout | null {
  if (x.rank > 5) return null;
  return axis === x.rank - 1 ? "channels-last" : axis === 1 ? "channels-first" : null;
}

/**
 * Whether a gradient is taken of a gradient here, as for a penalty on it. Then the first one must
 * consist of operations that TensorFlow.js recorded; an analytic one would be a constant to the
 * second.
 */
export function isSecondOrder(tf: TensorFlow): boolean {
  return tf.engine().state.gradientDepth > 1;
}
