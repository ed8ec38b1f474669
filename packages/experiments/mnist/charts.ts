import * as Plot from "@observablehq/plot";
import { colours } from "../charts/colours.ts";
import { type NamedChart, svg, upright } from "../charts/plot_svg.ts";
import { mean } from "../training/mean.ts";
import { accuraciesOf, baseOf, columns, kindsOf, type MnistResults } from "./results.ts";
import { largeBatch } from "./settings.ts";

/** The charts of the report. */
export function charts(results: MnistResults): NamedChart[] {
  return [{
    name: "accuracy",
    title: "Accuracy after training",
    text:
      "Accuracy on the test images in eval mode: a bar is the mean, a dot a seed. The line is " +
      `batch norm in batches of ${largeBatch} drawn at random; recalibrated is batch norm.`,
    svg: accuracyChart(results),
  }];
}

const byColumn = {
  domain: [...columns],
  range: [
    ...[colours["batch norm"], colours["batch renorm"], colours.rmax, colours.dmax],
    "#E69F00",
  ],
};

/** A bar for each norm, in a panel for each drawing and batch size. */
function accuracyChart(results: MnistResults): string {
  const dots = kindsOf(results).flatMap(({ drawing, batchSize }) =>
    columns.flatMap((column) =>
      accuraciesOf(results, column, { drawing, batchSize }).map((accuracy) => ({
        ...{ column, accuracy },
        fx: `batches of ${batchSize}`,
        fy: drawing,
      }))
    )
  );
  const bars = Object.values(
    Object.groupBy(dots, ({ column, fx, fy }) => `${column} ${fx} ${fy}`),
  ).map((group) => ({ ...group![0], accuracy: mean(group!.map(({ accuracy }) => accuracy)) }));
  const place = { fx: "fx", fy: "fy", y: "column" };
  return svg({
    height: 420,
    marginLeft: 130,
    marginRight: 110,
    x: { ...upright, percent: true, grid: true, label: "accuracy, %", domain: [0, 100] },
    y: { label: null, domain: [...columns] },
    fy: { label: null },
    color: byColumn,
    marks: [
      Plot.barX(bars, { ...place, x: "accuracy", fill: "column", fillOpacity: 0.55 }),
      Plot.dot(dots, { ...place, x: "accuracy", fill: "column", r: 3 }),
      Plot.ruleX([mean(baseOf(results))], { stroke: "currentColor", strokeDasharray: "4 3" }),
      Plot.ruleX([0]),
    ],
  });
}
