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

/** Makes the chart of a network, for the channel that is chosen. */
export function channelChart(
  context: ViewContext,
  network: NetworkIndex,
  chosen: () => ChosenChannel,
): View {
  const { texts, formats } = context;
  const legend = [
    { mark: "dot", text: texts.legend.batch },
    { mark: "solid", text: texts.legend.running },
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
    const digits = Array.from({ length: 10 }, (_, digit) => digit);
    // Each digit at the height of its last batch, so that colour is not all that tells them.
    const latest = digits.flatMap((digit) => batch.findLast((one) => one.digit === digit) ?? []);
    const end = Math.max(keptSteps, last);
    const low = ({ mean, deviation }: Moments) => mean - deviation;
    const high = ({ mean, deviation }: Moments) => mean + deviation;
    const inWords = ({ mean, deviation }: Moments) =>
      texts.channel.moments(formats.decimal(mean), formats.decimal(deviation));
    return {
      options: {
        x: stepAxis(context, Math.max(1, last - keptSteps + 1), end),
        y: { ...upright, tickFormat: formats.short },
        color: {
          type: "categorical",
          domain: digits,
          scheme: "tableau10",
          unknown: "currentColor",
        },
        marks: [
          Plot.areaY(running, { x: "step", y1: low, y2: high, fill: colour, fillOpacity: 0.2 }),
          Plot.line(running, { x: "step", y: "mean", stroke: colour, strokeWidth: 2.5 }),
          Plot.dot(batch, { x: "step", y: "mean", r: 2.6, fill: "digit" }),
          Plot.text(latest, { x: end, y: "mean", text: "digit", dx: 8 }),
        ],
      },
      text: texts.channel.reading(
        inWords(batch[batch.length - 1]),
        inWords(running[running.length - 1]),
      ),
    };
  });
}
