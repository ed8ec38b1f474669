/** What the runs on MNIST say, as JSON, as text and in sentences. */
import { percent } from "@renorm/terminal/percent";
import { table, wrap } from "@renorm/terminal/text_table";
import { type Drawing, drawings } from "../data/drawing.ts";
import type { Run } from "../digits/settings.ts";
import type { FinishedRun } from "../runs/run_store.ts";
import { meanAndRange } from "../report/mean_and_range.ts";
import { mean } from "../training/mean.ts";
import { norms } from "../training/norms.ts";
import { largeBatch, type MnistSettings } from "./settings.ts";

/** The settings with the folder that the images are in. */
export interface FolderSettings extends MnistSettings {
  readonly folder: string;
}

/** What a run gave: accuracies on the test images. */
export interface TrainedRun {
  readonly run: Run;
  /** Normalised by batches drawn as those of the training. */
  readonly trainingMode: number;
  readonly evalMode: number;
  /** In eval mode, after the statistics of batch norm were measured afresh; else null. */
  readonly recalibrated: number | null;
  readonly seconds: number;
}

/** A finished run. */
export interface MnistResult extends TrainedRun, FinishedRun<Run, FolderSettings> {
  readonly settings: FolderSettings;
}

/** Everything that the experiment shows; what `results.json` holds. */
export interface MnistResults {
  readonly settings: MnistSettings;
  readonly runs: readonly TrainedRun[];
}

/** What is compared: the norms, and batch norm after a recalibration. */
export const columns = [...norms, "recalibrated"] as const;

/** One of them. */
export type Column = (typeof columns)[number];

/** A batch size and a drawing. */
export type Kind = Pick<Run, "batchSize" | "drawing">;

/** Those of small batches. */
export function kindsOf({ settings: { batchSizes } }: MnistResults): Kind[] {
  return drawings.flatMap((drawing) => batchSizes.map((batchSize) => ({ batchSize, drawing })));
}

/** The accuracies in eval mode by seed. */
export function accuraciesOf(
  { runs }: MnistResults,
  column: Column,
  { batchSize, drawing }: Kind,
): number[] {
  const norm = column === "recalibrated" ? "batch norm" : column;
  return runs
    .filter(({ run }) =>
      run.norm === norm && run.batchSize === batchSize && run.drawing === drawing
    )
    .map(({ evalMode, recalibrated }) => column === norm ? evalMode : recalibrated!);
}

/** Batch norm in large batches drawn at random, by seed. */
export function baseOf(results: MnistResults): number[] {
  return accuraciesOf(results, "batch norm", { batchSize: largeBatch, drawing: "at random" });
}

/** The rows of the table: in per cent the mean over the seeds, and their range. */
export function accuracyRows(results: MnistResults): string[][] {
  return kindsOf(results).map((kind) => [
    kind.drawing,
    `${kind.batchSize}`,
    ...columns.map((column) => meanAndRange(accuraciesOf(results, column, kind))),
  ]);
}

/**
 * The share of what batch norm loses against large batches at random that another way wins back, by
 * the means over seeds: `(other − norm) / (base − norm)`; null where batch norm loses less than a
 * point.
 */
export function wonBack(
  results: MnistResults,
  column: Column,
  kind: Kind,
): number | null {
  const base = mean(baseOf(results));
  const lost = mean(accuraciesOf(results, "batch norm", kind));
  if (base - lost < 0.01) return null;
  return (mean(accuraciesOf(results, column, kind)) - lost) / (base - lost);
}

/** What wins something back. */
export const others = columns.filter((column) => column !== "batch norm");

/** The rows of the table of what is won back, in per cent. */
export function wonBackRows(results: MnistResults): string[][] {
  return kindsOf(results).flatMap((kind) => {
    const shares = others.map((column) => wonBack(results, column, kind));
    if (shares.includes(null)) return [];
    return [[kind.drawing, `${kind.batchSize}`, ...shares.map((share) => percent(share!))]];
  });
}

/** What one sees, in sentences with the numbers of these results. */
export function conclusions(results: MnistResults): string[] {
  const base = percent(mean(baseOf(results)));
  const inMean = (column: Column, batchSize: number, drawing: Drawing) =>
    percent(mean(accuraciesOf(results, column, { batchSize, drawing })));
  return results.settings.batchSizes.map((size) =>
    `Class by class in batches of ${size}, batch norm reaches ${
      inMean("batch norm", size, "class by class")
    } and ${inMean("recalibrated", size, "class by class")} when recalibrated, batch renorm ${
      inMean("batch renorm", size, "class by class")
    }; in random batches of ${largeBatch}, batch norm reaches ${base}.`
  );
}

/** The results as text of at most 100 columns. */
export function textReport(results: MnistResults): string {
  const won = wonBackRows(results);
  return [
    "Accuracy on the test images in eval mode, in per cent",
    "",
    ...table(["drawn", "batch", ...columns], accuracyRows(results)),
    "",
    ...won.length === 0 ? [] : [
      `Won back of what batch norm loses against ${meanAndRange(baseOf(results))} in batches of ` +
      `${largeBatch} drawn at random`,
      "",
      ...table(["drawn", "batch", ...others], won),
      "",
    ],
    ...conclusions(results).flatMap((sentence) => wrap(sentence, 100)),
  ].join("\n");
}
