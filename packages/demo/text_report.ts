import { limitsAt } from "@renorm/schedule";
import { percent } from "@renorm/terminal/percent";
import { table, wrap } from "@renorm/terminal/text_table";
import { plot } from "asciichart";
import { notebookNumbers, type OutputSummary } from "./notebook_table.ts";
import { conclusions, type Results } from "./results.ts";

/** The results as text of at most 80 columns, without escape codes. */
export function textReport(results: Results): string {
  return [
    numbersReport(results),
    "",
    `The limits over the ${results.settings.warmBatches} warm batches: the paper's schedule, scaled`,
    "",
    ...scheduleLines(results),
    "",
    ...conclusions(results).flatMap((sentence) => wrap(sentence, 80)),
  ].join("\n");
}

/** Its tables and what their columns mean, for a page that has charts. */
export function numbersReport(results: Results): string {
  return [
    "The notebook's demo: 16 channels of noise after 20 warm batches, training mode",
    "",
    ...notebookLines(results),
    "",
    "Real digits: a batch goes through a convolution, ReLU and pooling, and then",
    "through both layers",
    "",
    ...studyLines(results),
    "",
    "  mean, std  how far batch statistics stray from the running ones: RMS of the",
    "             mean's distance in running deviations, of the deviation's ratio - 1",
    "  gap        RMS difference between the output in training and in eval, on the",
    "             same images, of batch norm (BN) and of batch renorm (BRN)",
    "  r, |d|     the correction before clipping: the middle 90 % of r, and where",
    "             95 % of |d| lie",
    "  clipped    share of channels where r or d met its limit",
  ].join("\n");
}

function notebookLines({ notebook, notebookDifference }: Results): string[] {
  const head = ["layer", "samples", "mean", "std", "min", "max", "by"];
  const number = (value: number) => value.toFixed(6);
  const cells = ({ mean = 0, std, min, max }: Partial<OutputSummary>) => [
    // Batch norm's mean is zero but for rounding.
    Math.abs(mean) < 1e-6 ? "0" : number(mean),
    ...[std!, min!, max!].map(number),
  ];
  const rows = notebook.flatMap((row, i) => [
    [row.layer, String(row.samples), ...cells(row), "here"],
    [row.layer, String(row.samples), ...cells(notebookNumbers[i]), "torch"],
  ]);
  const difference = notebookDifference.toExponential(1);
  return [...table(head, rows), `  largest difference from the notebook: ${difference}`];
}

function studyLines({ digits }: Results): string[] {
  const head = [
    "batch",
    "drawn",
    "mean",
    "std",
    "gap BN",
    "BRN",
    "r",
    "|d|",
    "clipped",
  ];
  const rows = digits.map(({ batchSize, drawing, meanStrays, stdStrays, gap, r, d }) => [
    String(batchSize),
    drawing,
    meanStrays.toFixed(3),
    stdStrays.toFixed(3),
    gap.batchNorm.toFixed(3),
    gap.batchRenorm.toFixed(3),
    `${r.low.toFixed(2)}–${r.high.toFixed(2)}`,
    Math.max(-d.low, d.high).toFixed(2),
    percent(r.clipped + d.clipped),
  ]);
  return table(head, rows);
}

function scheduleLines({ schedule, settings }: Results): string[] {
  const width = 70;
  const steps = Array.from({ length: width }, (_, i) => i * settings.warmBatches / (width - 1));
  const curve = (name: "rmax" | "dmax") => steps.map((step) => limitsAt(schedule, step)[name]);
  const chart = plot([curve("dmax"), curve("rmax")], {
    height: 8,
    format: (value: number) => value.toFixed(1).padStart(6),
  });
  const middle = "training forward".padStart(width / 2 + 8);
  const axis = `${"0".padStart(9)}${middle}${
    String(settings.warmBatches).padStart(width - middle.length)
  }`;
  return [
    ...chart.split("\n").map((line: string) => line.trimEnd()),
    axis,
    "         upper curve at the end dmax, lower rmax",
  ];
}
