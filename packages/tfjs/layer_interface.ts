/** The layers of this package and TensorFlow.js' own, as our code sees them. */
import type { OnSingleValue } from "@renorm/core-math";
import type { Schedule } from "@renorm/schedule";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/** The names that models are saved under. */
export const renormClassName = "BatchRenormalization";
export const normClassName = "TrackedBatchNormalization";

/** A weight of TensorFlow.js' layers. */
export interface LayerVariable {
  readonly originalName: string;
  read(): Tensor;
  write(value: Tensor): unknown;
}

/** What TensorFlow.js' own layer has; it exports neither the class nor its type. */
export interface StockLayer {
  readonly name: string;
  readonly trainable: boolean;
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma: LayerVariable | null;
  readonly beta: LayerVariable | null;
  readonly movingMean: LayerVariable;
  readonly movingVariance: LayerVariable;
  call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor | Tensor[];
  build(inputShape: Shape): void;
  getConfig(): Record<string, unknown>;
}

/** The shape of an input, as layers are built for it. */
export type Shape = Parameters<ReturnType<TensorFlow["layers"]["batchNormalization"]>["build"]>[0];

/** A layer of this package, as its own code sees it. */
export interface NormalizationLayer extends StockLayer {
  /** The limits over the steps; `{ rmax: 1, dmax: 0 }` throughout for batch norm. */
  schedule: Schedule;
  /** Training steps so far. */
  renormStep: number;
  /** Whether it may run its own kernels. */
  fused: boolean;
  /** What a training batch of one value per channel does. */
  onSingleValue: OnSingleValue;
}
