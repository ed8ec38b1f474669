import * as Plot from "@observablehq/plot";
import { svg } from "../../charts/plot_svg.ts";
import { mean } from "../../training/mean.ts";
import type { Norm } from "../../training/norms.ts";
import { batchSizesOf, type ExperimentResults } from "../report/results.ts";
import { byNorm, epochAxis, perCent } from "./chart_parts.ts";

const compared = ["batch norm", "batch renorm"] as const;
const modes = { "training mode": "trainingMode", "eval mode": "evalMode" } as const;

/** Per cent that two labels at the right are apart at least. */
const labelHeight = 0.07;

/** The batch size that the headline is about: 4, that of the demo, or the smallest there is. */
export function headlineBatchSize(results: ExperimentResults): number {
  const sizes = batchSizesOf(results);
  return sizes.includes(4) ? 4 : sizes[0];
}

/** The accuracy by epoch, class by class: batch norm and batch renorm, training mode dashed. */
export function headlineChart(results: ExperimentResults): string {
  const batchSize = headlineBatchSize(results);
  const curves = compared.flatMap((norm) => {
    const runs = results.runs.filter(({ run }) =>
      run.norm === norm && run.batchSize === batchSize && run.drawing === "class by class"
    );
    const points = (runs[0]?.epochs ?? []).map((_, i) => {
      const over = (mode: "trainingMode" | "evalMode") =>
        mean(runs.map(({ epochs }) => epochs[i][mode].accuracy));
      return { norm, epoch: i + 1, trainingMode: over("trainingMode"), evalMode: over("evalMode") };
    });
    return points.length === 0 ? [] : [points];
  });
  const points = curves.flat();
  const labels = apart(curves.flatMap((curve) => labelsOf(curve[curve.length - 1])));
  const line = { x: "epoch", z: "norm", stroke: "norm", strokeWidth: 2.5 };
  return svg({
    height: 330,
    marginRight: 208,
    x: epochAxis(results),
    y: { ...perCent, label: "accuracy, %", domain: [0, 100] },
    color: byNorm,
    marks: [
      Plot.ruleY([0]),
      Plot.areaY(points, {
        x: "epoch",
        y1: "evalMode",
        y2: "trainingMode",
        z: "norm",
        fill: "norm",
        fillOpacity: 0.15,
      }),
      Plot.line(points, { ...line, y: "trainingMode", strokeDasharray: "5 4" }),
      Plot.line(points, { ...line, y: "evalMode" }),
      // In the colour of the page's text, which has contrast in light and dark.
      Plot.dot(labels, { x: "epoch", y: "place", fill: "norm", r: 4, dx: 12 }),
      Plot.text(labels, { x: "epoch", y: "place", text: "text", textAnchor: "start", dx: 20 }),
    ],
  });
}

interface Label {
  readonly text: string;
  readonly norm: Norm;
  readonly epoch: number;
  readonly place: number;
}

/** One label for both modes where they agree to a per cent, else one each. */
function labelsOf(
  end: { norm: Norm; epoch: number } & Record<"trainingMode" | "evalMode", number>,
): Label[] {
  const { norm, epoch, trainingMode, evalMode } = end;
  if (Math.abs(trainingMode - evalMode) < 0.01) {
    return [{ text: `${norm}, both modes`, norm, epoch, place: evalMode }];
  }
  return Object.entries(modes).map(([mode, key]) => ({
    text: `${norm}, ${mode}`,
    norm,
    epoch,
    place: end[key],
  }));
}

/** Moves labels down from the highest on until none covers another. */
function apart(labels: readonly Label[]): Label[] {
  let above = Infinity;
  return labels.toSorted((a, b) => b.place - a.place).map((label) => {
    above = Math.min(label.place, above - labelHeight);
    return { ...label, place: above };
  });
}
