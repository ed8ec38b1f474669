import * as Plot from "@observablehq/plot";
import { limitsAt, linearWarmup } from "@renorm/schedule";
import { type Chart, colours, svg, upright } from "../plot_svg.ts";
import type { Drawing } from "../study.ts";
import { addLegend } from "./chart_legend.ts";
import { batchSizesOf, type ExperimentResults } from "./results.ts";
import { drawings, norms } from "./settings.ts";
import type { Epoch } from "./train.ts";

/** Colours of the norms, of Okabe and Ito as the demo's. */
const normColours = [
  colours["batch norm"],
  colours["batch renorm"],
  colours.rmax,
  colours.dmax,
] as const;

const byNorm = { domain: [...norms], range: [...normColours] };
const perCent = { ...upright, percent: true, grid: true, ticks: [0, 25, 50, 75, 100] };

/** A chart and the name of its file. */
export interface NamedChart extends Chart {
  readonly name: string;
}

/** The charts of the report, in order. */
export function charts(results: ExperimentResults): NamedChart[] {
  const { momentum, limits } = results.settings;
  return [
    {
      name: "accuracy",
      title: "What is learned, in use",
      text:
        "Share of the test images that are read right after training, in eval mode. A dot is a " +
        "seed, the line goes through their mean.",
      svg: finalChart(results),
    },
    ...drawings.toReversed().map((drawing) => accuracyByEpoch(results, drawing)),
    {
      name: "gap",
      title: "The gap between training and eval",
      text:
        "Share of the test images that the two modes read differently. For group norm and frozen " +
        "batch norm the modes are the same.",
      svg: gapChart(results),
    },
    ...(["r", "d"] as const).map((name) => ({
      name,
      title: name === "r" ? "r by layer" : "d by layer",
      text:
        `Batch renorm class by class: the middle 90 % of all channels and batches of ${name} before ` +
        `clipping, and the median. Dashed, where they are near: the limits, which open to ` +
        `${
          name === "r" ? `1/${limits.rmax} and ${limits.rmax}` : `±${limits.dmax}`
        }. The running ` +
        `statistics have momentum ${momentum}.`,
      svg: correctionChart(results, name),
    })),
  ];
}

/** The accuracy in both modes over the epochs, for batches of one drawing. */
export function accuracyByEpoch(results: ExperimentResults, drawing: Drawing): NamedChart {
  return {
    name: `accuracy-by-epoch-${drawing.replaceAll(" ", "-")}`,
    title: `Accuracy by epoch, batches drawn ${drawing}`,
    text: "Test images in training mode, in batches drawn as those that are learned from, and in " +
      "eval mode. Mean of the seeds, and their range.",
    svg: epochChart(results, drawing),
  };
}

function finalChart(results: ExperimentResults): string {
  const points = results.runs.map(({ run, epochs }) => ({
    ...run,
    accuracy: epochs[epochs.length - 1].evalMode.accuracy,
  }));
  const channels = { x: "batchSize", fx: "drawing", stroke: "norm" };
  const sizes = batchSizesOf(results);
  return addLegend(
    svg({
      marginTop: 60,
      x: {
        type: "log",
        base: 2,
        label: "images in a batch",
        ticks: sizes,
        tickFormat: "d",
        inset: 16,
      },
      y: { ...perCent, label: "read right, %", domain: [0, 100] },
      fx: {
        label: null,
        domain: drawings.filter((drawing) => points.some((p) => p.drawing === drawing)),
      },
      color: byNorm,
      marks: [
        Plot.ruleY([0]),
        Plot.line(
          points,
          Plot.groupX({ y: "mean" }, { ...channels, y: "accuracy", z: "norm", strokeWidth: 2 }),
        ),
        Plot.dot(points, { ...channels, y: "accuracy", fill: "norm", r: 3, fillOpacity: 0.7 }),
      ],
    }),
    shownNorms(results),
  );
}

/** A point of a curve: the mean and the range over seeds. */
interface CurvePoint {
  readonly norm: string;
  readonly batchSize: string;
  readonly row: string;
  readonly epoch: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A value by epoch over the seeds, for each norm and batch size of a drawing. */
function curves(
  results: ExperimentResults,
  drawing: Drawing,
  row: string,
  valueOf: (epoch: Epoch) => number,
): CurvePoint[] {
  return norms.flatMap((norm) =>
    batchSizesOf(results).flatMap((batchSize) => {
      const runs = results.runs.filter(({ run }) =>
        run.norm === norm && run.batchSize === batchSize && run.drawing === drawing
      );
      if (runs.length === 0) return [];
      return runs[0].epochs.map((_, i) => {
        const values = runs.map(({ epochs }) => valueOf(epochs[i]));
        return {
          norm,
          batchSize: facetName(batchSize),
          row,
          epoch: i + 1,
          mean: values.reduce((sum, value) => sum + value, 0) / values.length,
          low: Math.min(...values),
          high: Math.max(...values),
        };
      });
    })
  );
}

function facetName(batchSize: number): string {
  return `batches of ${batchSize}`;
}

function epochChart(results: ExperimentResults, drawing: Drawing): string {
  return curveChart(results, [
    ...curves(results, drawing, "training mode", (epoch) => epoch.trainingMode.accuracy),
    ...curves(results, drawing, "eval mode", (epoch) => epoch.evalMode.accuracy),
  ], "read right, %");
}

function gapChart(results: ExperimentResults): string {
  const points = drawings.toReversed().flatMap((drawing) =>
    curves(results, drawing, drawing, (epoch) => epoch.disagreement)
  );
  return curveChart(results, points, "read differently, %");
}

function curveChart(results: ExperimentResults, points: CurvePoint[], label: string): string {
  const facets = { fx: "batchSize", fy: "row" };
  const rows = [...new Set(points.map(({ row }) => row))];
  return addLegend(
    svg({
      height: 90 + 190 * rows.length,
      marginTop: 60,
      marginRight: 100,
      x: epochAxis(results),
      y: { ...perCent, label, domain: [0, 100] },
      fx: { label: null, domain: batchSizesOf(results).map(facetName) },
      fy: { label: null, domain: rows },
      color: byNorm,
      marks: [
        Plot.ruleY([0]),
        Plot.areaY(points, {
          ...facets,
          x: "epoch",
          y1: "low",
          y2: "high",
          z: "norm",
          fill: "norm",
          fillOpacity: 0.18,
        }),
        Plot.line(points, { ...facets, x: "epoch", y: "mean", stroke: "norm", strokeWidth: 2 }),
      ],
    }),
    shownNorms(results),
  );
}

/** Epochs at whole numbers; without a 0, which would run into the end of the facet before it. */
function epochAxis({ settings: { epochs } }: ExperimentResults): Plot.ScaleOptions {
  const step = Math.ceil(epochs / 6);
  const ticks = Array.from({ length: Math.floor(epochs / step) }, (_, i) => (i + 1) * step);
  return { label: "epoch", tickFormat: "d", ticks, domain: [0, epochs] };
}

/** The norms of the results, with their colours. */
function shownNorms({ runs }: ExperimentResults): (readonly [string, string])[] {
  return norms.flatMap((norm, i) =>
    runs.some(({ run }) => run.norm === norm) ? [[norm, normColours[i]] as const] : []
  );
}

function correctionChart(results: ExperimentResults, name: "r" | "d"): string {
  const runs = results.runs.filter(({ run }) =>
    run.norm === "batch renorm" && run.drawing === "class by class"
  );
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const points = batchSizesOf(results).flatMap((size) => {
    const seeds = runs.filter(({ run }) => run.batchSize === size).map(({ epochs }) => epochs);
    if (seeds.length === 0) return [];
    return seeds[0].flatMap((epoch, e) =>
      epoch.corrections.map((_, layer) => {
        const over = (part: "low" | "median" | "high") =>
          mean(seeds.map((epochs) => epochs[e].corrections[layer][name][part]));
        return {
          batchSize: facetName(size),
          layer: `layer ${layer + 1}`,
          epoch: e + 1,
          low: over("low"),
          median: over("median"),
          high: over("high"),
        };
      })
    );
  });
  const facets = { fx: "batchSize", fy: "layer" };
  const fill = colours["batch renorm"];
  const isScale = name === "r";
  // The limits are mostly far out; they show where they come near.
  const reach = 1.15 * Math.max(
    ...points.flatMap(({ low, high }) =>
      isScale ? [Math.abs(Math.log(low)), Math.abs(Math.log(high))] : [-low, high]
    ),
    0.01,
  );
  const limit = limitCurve(results, name);
  const dashed = { x: "epoch", strokeDasharray: "4 3", clip: true } as const;
  return svg({
    height: 430,
    marginRight: 70,
    x: epochAxis(results),
    y: {
      ...upright,
      grid: true,
      ...(isScale
        ? {
          label: "r, scale correction",
          type: "log",
          ticks: [1 / 3, 0.5, 0.7, 1, 1.4, 2, 3].filter((r) => Math.abs(Math.log(r)) <= reach),
          tickFormat: ".2~f",
          domain: [Math.exp(-reach), Math.exp(reach)],
        }
        : { label: "d, shift correction in deviations", ticks: 5, domain: [-reach, reach] }),
    },
    fx: { label: null, domain: batchSizesOf(results).map(facetName) },
    fy: { label: null },
    marks: [
      Plot.line(limit, { ...dashed, y: "high" }),
      Plot.line(limit, { ...dashed, y: "low" }),
      Plot.areaY(points, { ...facets, x: "epoch", y1: "low", y2: "high", fill, fillOpacity: 0.35 }),
      Plot.line(points, { ...facets, x: "epoch", y: "median", stroke: fill, strokeWidth: 2 }),
    ],
  });
}

/** The limits in force over the epochs. */
function limitCurve({ settings }: ExperimentResults, name: "r" | "d") {
  const { limits, warmupShare, epochs } = settings;
  const fine = 10;
  const schedule = linearWarmup({
    ...limits,
    warmupSteps: Math.round(warmupShare * epochs * fine),
  });
  return Array.from({ length: epochs * fine + 1 }, (_, step) => {
    const { rmax, dmax } = limitsAt(schedule, step);
    return name === "r"
      ? { epoch: step / fine, high: rmax, low: 1 / rmax }
      : { epoch: step / fine, high: dmax, low: -dmax };
  });
}
