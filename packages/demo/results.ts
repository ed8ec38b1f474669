import type { Digits } from "@renorm/experiments/data/digits";
import type { Schedule } from "@renorm/schedule";
import { percent } from "@renorm/terminal/percent";
import { notebookNumbers, type NotebookRow, notebookTable } from "./notebook_table.ts";
import {
  defaultSettings,
  studied,
  study,
  type StudyRow,
  studySchedule,
  type StudySettings,
} from "./study.ts";

/** Everything the demo shows; what `--json` prints. */
export interface Results {
  readonly notebook: readonly NotebookRow[];
  /** Largest difference of std, min and max from the notebook's own numbers. */
  readonly notebookDifference: number;
  readonly settings: StudySettings;
  readonly schedule: Schedule;
  readonly digits: readonly StudyRow[];
}

/** Computes everything, a step at a time; `onStep` is called before each with its name. */
export async function computeResults(
  digits: Digits,
  seed: number,
  onStep: (name: string) => void | Promise<void>,
): Promise<Results> {
  await onStep("the notebook's table");
  const notebook = notebookTable();
  const differences = notebookNumbers.flatMap((expected, i) =>
    (["std", "min", "max"] as const).map((key) => Math.abs(notebook[i][key] - expected[key]))
  );
  const settings = { ...defaultSettings, seed };
  const rows: StudyRow[] = [];
  for (const { batchSize, drawing } of studied) {
    await onStep(`batches of ${batchSize} ${drawing}`);
    rows.push(study(digits, batchSize, drawing, settings));
  }
  return {
    notebook,
    notebookDifference: Math.max(...differences),
    settings,
    schedule: studySchedule(settings),
    digits: rows,
  };
}

/** How many steps {@linkcode computeResults} takes. */
export const stepCount: number = studied.length + 1;

/** What one sees, in sentences with the numbers of these results. */
export function conclusions({ digits }: Results): string[] {
  const find = (size: number, drawing: StudyRow["drawing"]) =>
    digits.find((row) => row.batchSize === size && row.drawing === drawing)!;
  const small = find(2, "at random");
  const large = find(32, "at random");
  const sorted = find(32, "class by class");
  return [
    `Batch norm's output on 2 images is ${small.gap.batchNorm.toFixed(2)} away from that at ` +
    `inference, and on 32 images ${large.gap.batchNorm.toFixed(2)}; batch renorm's is ` +
    `${small.gap.batchRenorm.toFixed(3)} and ${large.gap.batchRenorm.toFixed(3)}.`,
    `A large batch does not help when it holds one class: ${
      sorted.gap.batchNorm.toFixed(2)
    } for batch ` +
    `norm, ${sorted.gap.batchRenorm.toFixed(3)} for batch renorm.`,
    `The rest of the gap is where the limits bite: r or d was clipped in ` +
    `${percent(small.r.clipped + small.d.clipped)} of channels on 2 images.`,
  ];
}
