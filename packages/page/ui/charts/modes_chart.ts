/** Accuracy or loss of a network in both modes. */
import type { Score } from "@renorm/experiments/training/evaluate";
import * as Plot from "@observablehq/plot";
import type { Measurement } from "../../protocol.ts";
import { inWords } from "../verdict.ts";
import type { NetworkIndex, View, ViewContext } from "../view.ts";
import { makeChart } from "./chart.ts";
import { colour, stepAxis, upright } from "./parts.ts";

/** Steps that the axis shows at least. */
const fewestSteps = 100;

/** The largest loss that is shown: what always guesses has 2.3. */
const largestLoss = 6;

/** A point of a line. */
interface Place {
  readonly step: number;
  readonly training: number;
  readonly inference: number;
}

/** Makes the chart of a network; behind its accuracy stands the run before, if there is one. */
export function modesChart(
  context: ViewContext,
  network: NetworkIndex,
  measure: keyof Score,
): View {
  const { texts, formats } = context;
  const isAccuracy = measure === "accuracy";
  const legend = [
    { mark: "dashed", text: texts.legend.training },
    { mark: "solid", text: texts.legend.inference },
  ] as const;
  const heading = isAccuracy ? texts.experiment.label : texts.loss.heading;
  const waiting = isAccuracy ? texts.verdict.none : texts.waiting;
  return makeChart(`${texts.norms[network]}: ${heading}`, legend, waiting, () => {
    const { points } = context.history();
    const before = isAccuracy ? context.before() : null;
    if (points.length === 0 && before === null && !isAccuracy) return null;
    const now = points.map(({ step, readings }): Place => {
      const { trainingMode, evalMode } = readings[network];
      return { step, training: trainingMode[measure], inference: evalMode[measure] };
    });
    const faint = (before?.points ?? []).map(({ step, readings }): Place => {
      const { trainingMode, evalMode } = readings[network];
      return { step, training: trainingMode.accuracy, inference: evalMode.accuracy };
    });
    const last = points.at(-1);
    const lastStep = Math.max(fewestSteps, last?.step ?? 0, faint.at(-1)?.step ?? 0);
    return {
      options: {
        x: stepAxis(context, 0, lastStep),
        y: {
          ...upright,
          domain: [0, isAccuracy ? 1 : highestLoss(points)],
          clamp: true,
          tickFormat: isAccuracy ? formats.percent : formats.short,
        },
        marks: [Plot.ruleY([0]), ...lines(faint, true), ...lines(now, false)],
      },
      text: last === undefined
        ? null
        : isAccuracy
        ? inWords(texts, formats, last, network, context.settings().momentum)
        : texts.loss.reading(
          formats.integer(last.step),
          formats.decimal(last.readings[network].trainingMode.loss),
          formats.decimal(last.readings[network].evalMode.loss),
        ),
    };
  });
}

/** Both lines and the gap between them; what is faint is a run that is over. */
function lines(places: readonly Place[], isFaint: boolean): Plot.Markish[] {
  const line = { x: "step", stroke: colour, strokeOpacity: isFaint ? 0.4 : 1 } as const;
  const ends = isFaint ? [] : places.slice(-1);
  const gap = { x: "step", y1: "training", y2: "inference", fill: colour } as const;
  return [
    Plot.areaY(places, { ...gap, fillOpacity: isFaint ? 0.06 : 0.16 }),
    Plot.line(places, { ...line, y: "training", strokeWidth: 1.75, strokeDasharray: "5 3" }),
    Plot.line(places, { ...line, y: "inference", strokeWidth: isFaint ? 1.75 : 2.75 }),
    Plot.dot(ends, { x: "step", y: "training", stroke: colour, fill: "var(--card)", r: 3.5 }),
    Plot.dot(ends, { x: "step", y: "inference", fill: colour, r: 4 }),
  ];
}

/** Of both networks, so that the charts of both have one scale. */
function highestLoss(points: readonly Measurement[]): number {
  const losses = points.flatMap(({ readings }) =>
    readings.flatMap(({ trainingMode, evalMode }) => [trainingMode.loss, evalMode.loss])
  );
  const highest = Math.max(...losses.filter(Number.isFinite), 2.5);
  return Math.min(largestLoss, highest);
}
