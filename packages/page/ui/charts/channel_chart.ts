/** One channel's batch and running statistics over the last steps. */
import * as Plot from "@observablehq/plot";
import { keptSteps } from "../history.ts";
import type { NetworkIndex, View, ViewContext } from "../view.ts";
import { digitOf } from "../widest_channel.ts";
import { makeChart } from "./chart.ts";
import { colour, stepAxis, upright } from "./parts.ts";

/** The channel that is looked at, counted from 0. */
export interface ChosenChannel {
  readonly layer: number;
  readonly channel: number;
}

/** Mean and deviation at a step, and the digit if there is only one. */
interface Moments {
  readonly step: number;
  readonly mean: number;
  readonly deviation: number;
  readonly digit: number | null;
}

/** Of the digits from 0 to 9. */
const digitColours = [
  ...["#d62728", "#ff7f0e", "#bcab22", "#2ca02c", "#17becf"],
  ...["#1f77b4", "#5b4bd0", "#9467bd", "#e377c2", "#8c564b"],
];

/** Makes the chart of a network, for the channel that is chosen. */
export function channelChart(
  context: ViewContext,
  network: NetworkIndex,
  chosen: () => ChosenChannel,
): View {
  const { texts, formats } = context;
  const legend = [
    { mark: "solid", text: texts.legend.running },
    ...digitColours.map((colour, digit) => ({ mark: "dot", text: `${digit}`, colour }) as const),
  ] as const;
  const title = `${texts.channel.heading}, ${texts.norms[network]}`;
  return makeChart(title, legend, texts.waiting, () => {
    const { steps } = context.history();
    const labels = context.images()?.labels ?? [];
    if (steps.length === 0) return null;
    const { layer, channel } = chosen();
    const ofAll = (name: "batch" | "running") =>
      steps.map(({ step, images, layers }): Moments => {
        const { mean, variance } = layers[network][layer][name];
        const deviation = Math.sqrt(variance[channel]);
        return { step, mean: mean[channel], deviation, digit: digitOf(images, labels) };
      });
    const [batch, running] = [ofAll("batch"), ofAll("running")];
    const last = steps[steps.length - 1].step;
    const inWords = ({ mean, deviation }: Moments) =>
      texts.channel.moments(formats.decimal(mean), formats.decimal(deviation));
    return {
      options: {
        x: stepAxis(context, Math.max(1, last - keptSteps + 1), Math.max(keptSteps, last)),
        y: { ...upright, tickFormat: formats.short },
        color: {
          type: "categorical",
          domain: [...digitColours.keys()],
          range: digitColours,
          unknown: "currentColor",
        },
        marks: [
          Plot.line(running, { x: "step", y: "mean", stroke: colour, strokeWidth: 2.5 }),
          Plot.dot(batch, { x: "step", y: "mean", r: 2.6, fill: "digit" }),
        ],
      },
      text: texts.channel.reading(
        inWords(batch[batch.length - 1]),
        inWords(running[running.length - 1]),
      ),
    };
  });
}
