import { mean } from "../../training/mean.ts";
import type { Norm } from "../../training/norms.ts";
import type { Run } from "../settings.ts";
import type { TrainedRun } from "../train.ts";

/**
 * What batch norm loses at a batch size class by class, and how much of it batch renorm wins back.
 */
export interface WinBack {
  readonly batchSize: number;
  /** Batch norm in the largest batches, drawn at random. */
  readonly base: number;
  /** Batch norm, class by class. */
  readonly batchNorm: number;
  /** Batch renorm, class by class. */
  readonly batchRenorm: number;
  /** `(batchRenorm − batchNorm) / (base − batchNorm)`; null where batch norm loses nothing. */
  readonly share: number | null;
}

/** The mean and the range over seeds of the test accuracy at the end. */
export interface FinalAccuracy {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The test accuracy at the end of training, over the seeds of a kind of run.
 *
 * @returns null if no such run is there
 */
export function finalAccuracy(
  results: readonly TrainedRun[],
  { norm, batchSize, drawing }: Omit<Run, "seed">,
  mode: "evalMode" | "trainingMode" = "evalMode",
): FinalAccuracy | null {
  const accuracies = results
    .filter(({ run }) =>
      run.norm === norm && run.batchSize === batchSize && run.drawing === drawing
    )
    .map(({ epochs }) => epochs[epochs.length - 1][mode].accuracy);
  if (accuracies.length === 0) return null;
  return {
    mean: mean(accuracies),
    low: Math.min(...accuracies),
    high: Math.max(...accuracies),
  };
}

/** What is won back at each batch size that is smaller than the largest, from small to large. */
export function winBacks(results: readonly TrainedRun[]): WinBack[] {
  const sizes = [...new Set(results.map(({ run }) => run.batchSize))].sort((a, b) => a - b);
  const largest = sizes.pop();
  if (largest === undefined) return [];
  const accuracy = (norm: Norm, batchSize: number, drawing: Run["drawing"]) =>
    finalAccuracy(results, { norm, batchSize, drawing })?.mean;
  const base = accuracy("batch norm", largest, "at random");
  return sizes.flatMap((batchSize) => {
    const batchNorm = accuracy("batch norm", batchSize, "class by class");
    const batchRenorm = accuracy("batch renorm", batchSize, "class by class");
    if (base === undefined || batchNorm === undefined || batchRenorm === undefined) return [];
    const share = batchNorm < base ? (batchRenorm - batchNorm) / (base - batchNorm) : null;
    return [{ batchSize, base, batchNorm, batchRenorm, share }];
  });
}
