import * as Plot from "@observablehq/plot";
import { addLegend } from "../../charts/chart_legend.ts";
import { svg } from "../../charts/plot_svg.ts";
import { type Drawing, drawings } from "../../data/drawing.ts";
import { mean } from "../../training/mean.ts";
import { type Norm, norms } from "../../training/norms.ts";
import { batchSizesOf, type ExperimentResults } from "../report/results.ts";
import type { Epoch } from "../train.ts";
import { byNorm, epochAxis, facetName, perCent, shownNorms } from "./chart_parts.ts";

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
          mean: mean(values),
          low: Math.min(...values),
          high: Math.max(...values),
        };
      });
    })
  );
}

/** The accuracy by epoch in both modes, for batches of one drawing. */
export function epochChart(results: ExperimentResults, drawing: Drawing): string {
  return curveChart(results, [
    ...curves(results, drawing, "training mode", (epoch) => epoch.trainingMode.accuracy),
    ...curves(results, drawing, "eval mode", (epoch) => epoch.evalMode.accuracy),
  ], "accuracy, %");
}

/** The share of images that the two modes classify differently, for norms that have two. */
export function gapChart(results: ExperimentResults): string {
  const runs = results.runs.filter(({ run }) => hasTwoModes(run.norm));
  const points = drawings.toReversed().flatMap((drawing) =>
    curves({ ...results, runs }, drawing, drawing, (epoch) => epoch.disagreement)
  );
  return curveChart({ ...results, runs }, points, "classified differently, %");
}

/** Whether a norm's running statistics move, so that training mode and eval mode may differ. */
function hasTwoModes(norm: Norm): boolean {
  return norm === "batch norm" || norm === "batch renorm";
}

function curveChart(results: ExperimentResults, points: CurvePoint[], label: string): string {
  const facets = { fx: "batchSize", fy: "row" };
  const rows = [...new Set(points.map(({ row }) => row))];
  return addLegend(
    svg({
      height: 90 + 190 * rows.length,
      marginTop: 60,
      marginRight: 112,
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
        Plot.line(points, {
          ...facets,
          x: "epoch",
          y: "mean",
          z: "norm",
          stroke: "norm",
          strokeWidth: 2,
        }),
      ],
    }),
    shownNorms(results),
  );
}
