import { colours } from "@renorm/experiments/charts/colours";
import { type Chart, svg, upright } from "@renorm/experiments/charts/plot_svg";
import * as Plot from "@observablehq/plot";
import { limitsAt } from "@renorm/schedule";
import type { Results } from "./results.ts";
import type { StudyRow } from "./study.ts";

/** The charts of the report, in order. */
export function charts(results: Results): Chart[] {
  const { limits, warmBatches } = results.settings;
  return [
    {
      title: "The gap between training and eval",
      text:
        "How far the output in training is from the output in eval on the same images. What is " +
        "learned in training is used in eval, so lower is better, and 0 is no gap.",
      svg: gapChart(results.digits),
    },
    {
      title: "Batch statistics stray",
      text:
        "How far the mean of a batch is from the running mean. Few images, or images of one class, " +
        "say little about all the others.",
      svg: strayChart(results.digits),
    },
    {
      title: "r and d, the correction",
      text:
        `The middle 90 % of all channels and batches, and the median. The limits are far out, at ` +
        `1/${limits.rmax} and ${limits.rmax} for r and ±${limits.dmax} for d.`,
      svg: correctionChart(results.digits, "r") + correctionChart(results.digits, "d"),
    },
    {
      title: "How the limits open",
      text:
        `The paper's schedule scaled to the ${warmBatches} warm batches: plain batch norm first, ` +
        "then the correction may grow.",
      svg: scheduleChart(results),
    },
  ];
}

function gapChart(rows: readonly StudyRow[]): string {
  const points = rows.flatMap(({ batchSize, drawing, gap }) => [
    { batchSize, drawing, layer: "batch norm", gap: gap.batchNorm },
    { batchSize, drawing, layer: "batch renorm", gap: gap.batchRenorm },
  ]);
  const named = points.filter(({ batchSize }) => batchSize === 8);
  const channels = { x: "batchSize", y: "gap", fx: "drawing", stroke: "layer" };
  return svg({
    x: { type: "log", base: 2, label: "images in a batch", ticks: [2, 4, 8, 32], tickFormat: "d" },
    y: {
      ...upright,
      label: "RMS of y in training − y in eval",
      grid: true,
      zero: true,
      insetTop: 12,
    },
    marks: [
      Plot.ruleY([0]),
      Plot.line(points, { ...channels, strokeWidth: 2 }),
      Plot.dot(points, { ...channels, fill: "layer", symbol: "layer" }),
      Plot.text(named, {
        x: "batchSize",
        y: "gap",
        fx: "drawing",
        text: "layer",
        fill: "layer",
        textAnchor: "start",
        dx: 6,
        dy: -10,
      }),
    ],
  });
}

function strayChart(rows: readonly StudyRow[]): string {
  return svg({
    x: { label: "images in a batch", type: "band" },
    // Room for the value on the highest bar.
    y: { ...upright, label: "RMS distance, in running deviations", grid: true, insetTop: 24 },
    marks: [
      Plot.barY(rows, { x: "batchSize", y: "meanStrays", fx: "drawing", fill: "#56B4E9" }),
      Plot.text(rows, {
        x: "batchSize",
        y: "meanStrays",
        fx: "drawing",
        text: (row: StudyRow) => row.meanStrays.toFixed(2),
        dy: -8,
      }),
      Plot.ruleY([0]),
    ],
  });
}

function correctionChart(rows: readonly StudyRow[], name: "r" | "d"): string {
  const spread = rows.map((row) => ({
    batchSize: row.batchSize,
    drawing: row.drawing,
    ...row[name],
  }));
  const channels = { y: "batchSize", fy: "drawing" };
  return svg({
    height: 260,
    marginRight: 120,
    x: {
      label: name === "r" ? "r, scale correction" : "d, shift correction in deviations",
      grid: true,
      inset: 10,
    },
    y: { label: "images in a batch", type: "band" },
    fy: { label: null },
    marks: [
      Plot.ruleX([name === "r" ? 1 : 0], { strokeDasharray: "4 3" }),
      Plot.ruleY(spread, {
        ...channels,
        x1: "low",
        x2: "high",
        stroke: colours["batch renorm"],
        strokeWidth: 5,
        strokeOpacity: 0.6,
      }),
      Plot.dot(spread, { ...channels, x: "median", r: 5, fill: colours["batch renorm"] }),
    ],
  });
}

function scheduleChart({ schedule, settings }: Results): string {
  const { warmBatches } = settings;
  const points = Array.from({ length: warmBatches + 1 }, (_, step) => step).flatMap((step) =>
    (["rmax", "dmax"] as const).map((limit) => ({
      step,
      limit,
      value: limitsAt(schedule, step)[limit],
    }))
  );
  return svg({
    height: 240,
    marginRight: 50,
    x: { label: "training forward" },
    y: { ...upright, label: "limit", grid: true },
    marks: [
      Plot.ruleY([0]),
      Plot.line(points, { x: "step", y: "value", stroke: "limit", strokeWidth: 2.5 }),
      Plot.text(points.filter(({ step }) => step === warmBatches), {
        x: "step",
        y: "value",
        text: "limit",
        fill: "limit",
        textAnchor: "start",
        dx: 6,
      }),
    ],
  });
}
