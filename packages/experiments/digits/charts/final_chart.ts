import * as Plot from "@observablehq/plot";
import { addLegend } from "../../charts/chart_legend.ts";
import { svg } from "../../charts/plot_svg.ts";
import { drawings } from "../../data/drawing.ts";
import { batchSizesOf, type ExperimentResults } from "../report/results.ts";
import { byNorm, perCent, shownNorms } from "./chart_parts.ts";

/** The accuracy after training by batch size, one dot per seed. */
export function finalChart(results: ExperimentResults): string {
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
      y: { ...perCent, label: "accuracy, %", domain: [0, 100] },
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
