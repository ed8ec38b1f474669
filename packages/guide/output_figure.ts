import * as Plot from "@observablehq/plot";
import { batchRenormForward } from "@renorm/core-math";
import { svg, upright } from "@renorm/experiments/charts/plot_svg";
import { byStage, warmupStages } from "./warmup_stages.ts";

/** Evenly spaced values with mean 4 and deviation 3. */
const values = Float32Array.from({ length: 25 }, (_, i) => 4 + 3 * (i - 12) / Math.sqrt(52));

/** The output for one batch under the limits of three steps; the running moments are 0 and 1. */
export function outputFigure(): string {
  const points = warmupStages.flatMap(({ name, limits }) => {
    const running = { runningMean: Float32Array.of(0), runningVar: Float32Array.of(1) };
    const options = { ...limits, eps: 1e-12 };
    const { y } = batchRenormForward({ data: values, shape: [25, 1] }, running, options);
    return Array.from(values, (x, i) => ({ stage: name, x, y: y.data[i] }));
  });
  // Without −2, where those of both axes would meet.
  const ticks = [0, 2, 4, 6, 8, 10];
  const last = values.length - 1;
  const notes = ["almost batch norm", "r and d half way", "y = x, as in eval"];
  const ends = warmupStages.map(({ name }, i) => ({
    ...points.filter(({ stage }) => stage === name)[last],
    text: `${name}: ${notes[i]}`,
  }));
  const evalMode = [-2, 11].map((x) => ({ x, y: x }));
  return svg({
    height: 340,
    marginRight: 260,
    marginBottom: 48,
    x: {
      label: "x, a value of the batch",
      labelAnchor: "center",
      labelOffset: 40,
      domain: [-2, 11],
      ticks,
    },
    y: { ...upright, label: "y, the output in training", grid: true, domain: [-2, 11], ticks },
    color: byStage,
    marks: [
      Plot.ruleY([0]),
      Plot.line(evalMode, { x: "x", y: "y", strokeDasharray: "4 3" }),
      Plot.line(points, { x: "x", y: "y", stroke: "stage", strokeWidth: 2.5 }),
      Plot.dot(points, { x: "x", y: "y", fill: "stage", r: 2.5 }),
      Plot.text(ends, {
        x: "x",
        y: "y",
        text: "text",
        textAnchor: "start",
        dx: 10,
      }),
    ],
  });
}
