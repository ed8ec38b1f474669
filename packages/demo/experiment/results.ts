import { percent } from "../results.ts";
import { table, wrap } from "../text_table.ts";
import { drawings, norms, type TrainingSettings } from "./settings.ts";
import type { TrainedRun } from "./train.ts";
import { finalAccuracy, winBacks } from "./win_back.ts";

/** Everything that the experiment shows; what `results.json` holds. */
export interface ExperimentResults {
  readonly settings: TrainingSettings;
  readonly runs: readonly TrainedRun[];
}

/** The results as JSON, a run a line, numbers with four digits. */
export function resultsJson({ settings, runs }: ExperimentResults): string {
  const short = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value;
  const lines = runs.map((run) => "    " + JSON.stringify(run, short));
  return `{\n  "settings": ${JSON.stringify(settings)},\n  "runs": [\n${
    lines.join(",\n")
  }\n  ]\n}\n`;
}

/** The batch sizes of the results, from small to large. */
export function batchSizesOf({ runs }: ExperimentResults): number[] {
  return [...new Set(runs.map(({ run }) => run.batchSize))].sort((a, b) => a - b);
}

/** What one sees, in sentences with the numbers of these results. */
export function conclusions({ runs }: ExperimentResults): string[] {
  return winBacks(runs).map(({ batchSize, base, batchNorm, batchRenorm, share }) =>
    `Class by class in batches of ${batchSize}, batch norm reads ${
      percent(batchNorm)
    } of the test ` +
    `images right and batch renorm ${percent(batchRenorm)}` +
    (share === null
      ? `; batch norm in large batches drawn at random reads ${percent(base)}.`
      : `: of what batch norm loses against ${percent(base)} in large batches drawn at random, ` +
        `batch renorm wins back ${percent(share)}.`)
  );
}

/** The results as text of at most 100 columns, without escape codes. */
export function textReport(results: ExperimentResults): string {
  const seeds = new Set(results.runs.map(({ run }) => run.seed)).size;
  const spread = seeds === 1 ? "of one seed" : `mean of ${seeds} seeds, and their range`;
  return [
    `Accuracy on the test images after training, in eval mode: ${spread}`,
    "",
    ...accuracyTable(results, "evalMode", seeds > 1),
    "",
    "The same in training mode, on batches drawn as those that are learned from",
    "",
    ...accuracyTable(results, "trainingMode", seeds > 1),
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
