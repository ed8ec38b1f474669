import * as Plot from "@observablehq/plot";
import { addLegend } from "../charts/chart_legend.ts";
import { colours } from "../charts/colours.ts";
import { type NamedChart, svg, upright } from "../charts/plot_svg.ts";
import { mean } from "../training/mean.ts";
import { orders } from "./order.ts";
import { accuraciesOf, batchSizesOf, type FineTuningResults, variants } from "./results.ts";

const variantColours = [
  colours.dmax,
  colours["batch norm"],
  colours.rmax,
  colours["batch renorm"],
] as const;

/** The charts of the report: the accuracy in the end, a dot a seed and a bar their mean. */
export function charts(results: FineTuningResults): NamedChart[] {
  return [{
    name: "accuracy",
    title: "Accuracy on new objects",
    text: "In eval mode after the training, by the order in which the views were shown and the " +
      "size of the batches: a bar the mean, a dot a seed. Guessing is right in one of ten.",
    svg: accuracyChart(results),
  }];
}

function accuracyChart(results: FineTuningResults): string {
  const points = orders.flatMap((order) =>
    batchSizesOf(results).flatMap((batchSize) =>
      variants.flatMap((variant) => {
        const place = { order: `shown ${order}`, batches: `batches of ${batchSize}`, variant };
        const shares = accuraciesOf(results.runs, variant, order, batchSize);
        return shares.map((accuracy) => ({ ...place, accuracy, mean: mean(shares) }));
      })
    )
  );
  const place = { x: "variant", fx: "order", fy: "batches" };
  const drawn = svg({
    height: 188 + 150 * (batchSizesOf(results).length - 1),
    marginTop: 38,
    marginRight: 96,
    marginBottom: 36,
    x: { axis: null, domain: [...variants], padding: 0.15 },
    y: { ...upright, label: "accuracy, %", percent: true, grid: true, ticks: 4 },
    fx: { label: null, domain: orders.map((order) => `shown ${order}`) },
    fy: { label: null, domain: batchSizesOf(results).map((size) => `batches of ${size}`) },
    color: { domain: [...variants], range: [...variantColours] },
    marks: [
      Plot.ruleY([0]),
      Plot.barY(points, Plot.groupX({ y: "first" }, { ...place, y: "mean", fill: "variant" })),
      Plot.dot(points, { ...place, y: "accuracy", r: 2.5, stroke: "currentColor", fill: "none" }),
    ],
  });
  return addLegend(drawn, variants.map((variant, i) => [variant, variantColours[i]]));
}
