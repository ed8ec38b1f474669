import { percent } from "@renorm/terminal/percent";
import { table, wrap } from "@renorm/terminal/text_table";
import { drawings } from "../../data/drawing.ts";
import { norms } from "../../training/norms.ts";
import type { TrainingSettings } from "../settings.ts";
import type { TrainedRun } from "../train.ts";
import { finalAccuracy, winBacks } from "./win_back.ts";

/** Everything that the experiment shows; what `results.json` holds. */
export interface ExperimentResults {
  readonly settings: TrainingSettings;
  readonly runs: readonly TrainedRun[];
}

/** The batch sizes of the results, from small to large. */
export function batchSizesOf({ runs }: ExperimentResults): number[] {
  return [...new Set(runs.map(({ run }) => run.batchSize))].sort((a, b) => a - b);
}

function seedsOf({ runs }: ExperimentResults): number {
  return new Set(runs.map(({ run }) => run.seed)).size;
}

/** What stands for several seeds where their mean and range are shown, in words. */
export function spreadOf(results: ExperimentResults): string {
  return seedsOf(results) === 1 ? meanOf(results) : `${meanOf(results)}, and their range`;
}

/** What stands for several seeds where only their mean is shown, in words. */
export function meanOf(results: ExperimentResults): string {
  const seeds = seedsOf(results);
  return seeds === 1 ? "one seed" : `mean of ${seeds} seeds`;
}

/** What one sees, in sentences with the numbers of these results. */
export function conclusions({ runs }: ExperimentResults): string[] {
  return winBacks(runs).map(({ batchSize, base, batchNorm, batchRenorm, share }) =>
    `Class by class in batches of ${batchSize}, batch norm reaches an accuracy of ${
      percent(batchNorm)
    } in eval mode, ` +
    `batch renorm ${percent(batchRenorm)}` +
    (share === null
      ? `; batch norm in large batches drawn at random reaches ${percent(base)}.`
      : `. Of what batch norm loses against ${percent(base)} in large batches drawn at random, ` +
        `batch renorm wins back ${percent(share)}.`)
  );
}

/** The results as text of at most 100 columns, without escape codes. */
export function textReport(results: ExperimentResults): string {
  const hasRange = seedsOf(results) > 1;
  return [
    `Accuracy on the test images after training, in eval mode: ${spreadOf(results)}`,
    "",
    ...accuracyTable(results, "evalMode", hasRange),
    "",
    "The same in training mode, on batches drawn as those of the training",
    "",
    ...accuracyTable(results, "trainingMode", hasRange),
    "",
    ...conclusions(results).flatMap((sentence) => wrap(sentence, 100)),
  ].join("\n").trimEnd();
}

function accuracyTable(
  results: ExperimentResults,
  mode: "evalMode" | "trainingMode",
  hasRange: boolean,
): string[] {
  const shown = norms.filter((norm) => results.runs.some(({ run }) => run.norm === norm));
  const rows = drawings.flatMap((drawing) =>
    batchSizesOf(results).flatMap((batchSize) => {
      const cells = shown.map((norm) =>
        cell(finalAccuracy(results.runs, { norm, batchSize, drawing }, mode), hasRange)
      );
      return cells.every((text) => text === "") ? [] : [[drawing, String(batchSize), ...cells]];
    })
  );
  return table(["drawn", "batch", ...shown], rows);
}

function cell(accuracy: ReturnType<typeof finalAccuracy>, hasRange: boolean): string {
  if (accuracy === null) return "";
  const [mean, low, high] = [accuracy.mean, accuracy.low, accuracy.high].map((share) =>
    (100 * share).toFixed(1)
  );
  return hasRange ? `${mean} (${low}–${high})` : mean;
}
