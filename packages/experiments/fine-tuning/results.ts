/** What the experiment shows: results.json, tables, and sentences with the numbers. */
import { percent } from "@renorm/terminal/percent";
import { table, wrap } from "@renorm/terminal/text_table";
import { meanAndRange } from "../report/mean_and_range.ts";
import { mean } from "../training/mean.ts";
import type { FineTuningResult } from "./fine_tune.ts";
import { type Order, orders } from "./order.ts";
import { type FineTuningSettings, norms } from "./settings.ts";

/** A run's results without the settings, which are the same for all. */
export type FineTunedRun = Omit<FineTuningResult, "settings">;

/** What `results.json` holds. */
export interface FineTuningResults {
  readonly settings: FineTuningSettings;
  readonly runs: readonly FineTunedRun[];
}

/** What is compared: the norms, and batch norm whose statistics were measured afresh. */
export const variants = [norms[0], norms[1], "batch norm, recalibrated", norms[2]] as const;

/** One of these. */
export type Variant = (typeof variants)[number];

/** The accuracies of a variant in the end, by seed. */
export function accuraciesOf(
  runs: readonly FineTunedRun[],
  variant: Variant,
  order: Order,
  batchSize: number,
): number[] {
  const isRecalibrated = variant === "batch norm, recalibrated";
  const norm = isRecalibrated ? "batch norm" : variant;
  return runs
    .filter(({ run }) => run.norm === norm && run.order === order && run.batchSize === batchSize)
    .map(({ accuracy, recalibrated }) => isRecalibrated ? recalibrated! : accuracy);
}

/** The batch sizes of the results, from large to small. */
export function batchSizesOf({ runs }: FineTuningResults): number[] {
  return [...new Set(runs.map(({ run }) => run.batchSize))].sort((a, b) => b - a);
}

/** Cells of the table: in per cent the mean over the seeds, and their range. */
export function accuracyRows(results: FineTuningResults): string[][] {
  return orders.flatMap((order) =>
    batchSizesOf(results).map((batchSize) => [
      order,
      String(batchSize),
      ...variants.map((variant) =>
        meanAndRange(accuraciesOf(results.runs, variant, order, batchSize))
      ),
    ])
  );
}

/** What one sees, in sentences with the numbers of these results. */
export function conclusions({ runs }: FineTuningResults, batchSize = 4): string[] {
  return orders.map((order) => {
    const told = variants.map((variant) =>
      `${variant} ${percent(mean(accuraciesOf(runs, variant, order, batchSize)))}`
    );
    return `Shown ${order} in batches of ${batchSize}: ${told.join(", ")}.`;
  });
}

/** The results as text of at most 100 columns, without escape codes. */
export function textReport(results: FineTuningResults): string {
  const seeds = new Set(results.runs.map(({ run }) => run.seed)).size;
  const spread = seeds === 1 ? "one seed" : `mean of ${seeds} seeds and their range`;
  const short = ["shown", "batch", "frozen", "batch norm", "recalibrated", "batch renorm"];
  return [
    `Accuracy on views of new objects after the training, in eval mode, per cent: ${spread}`,
    "",
    ...table(short, accuracyRows(results)),
    "",
    ...conclusions(results).flatMap((sentence) => wrap(sentence, 100)),
  ].join("\n");
}

/** Accuracy by learning rate, a row an order and a norm. */
export function tuningRows({ runs }: FineTuningResults): string[][] {
  const rates = ratesOf(runs);
  return orders.flatMap((order) =>
    norms.map((norm) => [
      order,
      norm,
      ...rates.map((rate) => {
        const tried = runs.filter(({ run }) =>
          run.order === order && run.norm === norm && run.tunedRate === rate
        );
        return (100 * mean(tried.map(({ accuracy }) => accuracy))).toFixed(1);
      }),
    ])
  );
}

function ratesOf(runs: readonly FineTunedRun[]): number[] {
  return [...new Set(runs.map(({ run }) => run.tunedRate!))].sort((a, b) => a - b);
}

/** The accuracies of a tuning as text. */
export function tuningReport(results: FineTuningResults): string {
  return [
    "Accuracy on views of the garments to tune on, per cent, by learning rate",
    "",
    ...table(["shown", "norm", ...ratesOf(results.runs).map(String)], tuningRows(results)),
  ].join("\n");
}
