/** Accuracy or loss of a network in both modes. */
import type { Score } from "@renorm/experiments/training/evaluate";
import * as Plot from "@observablehq/plot";
import type { Point } from "../history.ts";
import { type Chart, makeChart } from "./chart.ts";
import { colour, type NetworkIndex, stepAxis, upright, type ViewContext } from "./parts.ts";

/** Steps that the axis shows at least. */
const fewestSteps = 100;

/** The largest loss that is shown: what always guesses has 2.3. */
const largestLoss = 6;

/** Makes the chart of a network. */
export function modesChart(
  context: ViewContext,
  network: NetworkIndex,
  measure: keyof Score,
): Chart {
  const { texts, formats } = context;
  const words = texts[measure];
  const inWords = measure === "accuracy" ? formats.percent : formats.decimal;
  const legend = [
    { mark: "dashed", text: texts.trainingMode },
    { mark: "solid", text: texts.evalMode },
  ] as const;
  return makeChart(`${words.heading}, ${texts.norms[network]}`, legend, texts.waiting, () => {
    const { points } = context.history();
    if (points.length === 0) return null;
    const inTraining = (point: Point) => point.readings[network].trainingMode[measure];
    const inference = (point: Point) => point.readings[network].evalMode[measure];
    const last = points[points.length - 1];
    return {
      options: {
        x: stepAxis(context, 0, Math.max(fewestSteps, last.step)),
        y: {
          ...upright,
          domain: [0, measure === "accuracy" ? 1 : highestLoss(points)],
          clamp: true,
          tickFormat: measure === "accuracy" ? formats.percent : formats.short,
        },
        marks: [
          Plot.areaY(points, {
            x: "step",
            y1: inTraining,
            y2: inference,
            fill: colour,
            fillOpacity: 0.16,
          }),
          Plot.ruleY([0]),
          Plot.line(points, {
            x: "step",
            y: inTraining,
            stroke: colour,
            strokeWidth: 1.75,
            strokeDasharray: "5 3",
          }),
          Plot.line(points, { x: "step", y: inference, stroke: colour, strokeWidth: 2.75 }),
          Plot.dot([last], {
            x: "step",
            y: inTraining,
            stroke: colour,
            fill: "var(--card)",
            r: 3.5,
          }),
          Plot.dot([last], { x: "step", y: inference, fill: colour, r: 4 }),
        ],
      },
      text: words.reading(
        formats.integer(last.step),
        inWords(inTraining(last)),
        inWords(inference(last)),
      ),
    };
  });
}

/** Of both networks, so that the charts of both have one scale. */
function highestLoss(points: readonly Point[]): number {
  const losses = points.flatMap(({ readings }) =>
    readings.flatMap(({ trainingMode, evalMode }) => [trainingMode.loss, evalMode.loss])
  );
  const highest = Math.max(...losses.filter(Number.isFinite), 2.5);
  return Math.min(largestLoss, highest);
}
