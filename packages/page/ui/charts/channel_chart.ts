/** One channel's batch and running statistics over the last steps. */
import * as Plot from "@observablehq/plot";
import { keptSteps } from "../history.ts";
import { type Chart, makeChart } from "./chart.ts";
import { colour, type NetworkIndex, stepAxis, upright, type ViewContext } from "./parts.ts";

/** The channel that is looked at, counted from 0. */
export interface ChosenChannel {
  readonly layer: number;
  readonly channel: number;
}

/** Mean and deviation at a step. */
interface Moments {
  readonly step: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Makes the chart of a network, for the channel that is chosen. */
export function channelChart(
  context: ViewContext,
  network: NetworkIndex,
  chosen: () => ChosenChannel,
): Chart {
  const { texts, formats } = context;
  const legend = [
    { mark: "dot", text: texts.legend.batch },
    { mark: "solid", text: texts.legend.running },
  ] as const;
  const title = `${texts.channel.heading}, ${texts.norms[network]}`;
  return makeChart(title, legend, texts.waiting, () => {
    const { steps } = context.history();
    if (steps.length === 0) return null;
    const { layer, channel } = chosen();
    const ofAll = (name: "batch" | "running"): Moments[] =>
      steps.map(({ step, layers }) => {
        const { mean, variance } = layers[network][layer][name];
        return { step, mean: mean[channel], deviation: Math.sqrt(variance[channel]) };
      });
    const [batch, running] = [ofAll("batch"), ofAll("running")];
    const last = steps[steps.length - 1].step;
    const low = ({ mean, deviation }: Moments) => mean - deviation;
    const high = ({ mean, deviation }: Moments) => mean + deviation;
    const inWords = ({ mean, deviation }: Moments) =>
      texts.channel.moments(formats.decimal(mean), formats.decimal(deviation));
    return {
      options: {
        x: stepAxis(context, Math.max(1, last - keptSteps + 1), Math.max(keptSteps, last)),
        y: { ...upright, tickFormat: formats.short },
        marks: [
          Plot.areaY(running, { x: "step", y1: low, y2: high, fill: colour, fillOpacity: 0.2 }),
          Plot.ruleX(batch, { x: "step", y1: low, y2: high, strokeOpacity: 0.35 }),
          Plot.line(running, { x: "step", y: "mean", stroke: colour, strokeWidth: 2.5 }),
          Plot.dot(batch, { x: "step", y: "mean", r: 1.9, fill: "currentColor" }),
        ],
      },
      text: texts.channel.reading(
        inWords(batch[batch.length - 1]),
        inWords(running[running.length - 1]),
      ),
    };
  });
}
