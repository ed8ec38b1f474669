/** The distribution of r or d over the steps, with the limits. */
import type { LayerCorrection } from "@renorm/experiments/training/evaluate";
import * as Plot from "@observablehq/plot";
import type { Limits } from "@renorm/schedule";
import type { History } from "../history.ts";
import { type Chart, makeChart } from "./chart.ts";
import { colour, type NetworkIndex, stepAxis, upright, type ViewContext } from "./parts.ts";

/** A measurement of one layer of one network. */
interface Point extends Readonly<Record<"low" | "median" | "high" | "clipped", number>> {
  readonly step: number;
  readonly limits: Limits;
}

/** Makes the chart of a network, for the layer that is chosen. */
export function correctionChart(
  context: ViewContext,
  network: NetworkIndex,
  name: "r" | "d",
  layer: () => number,
): Chart {
  const { texts, formats } = context;
  const words = texts.correction[name];
  const inWords = formats.decimal;
  const legend = [
    { mark: "band", text: texts.legend.band },
    { mark: "solid", text: texts.legend.median },
    { mark: "limit", text: texts.legend.limit },
  ] as const;
  return makeChart(`${words.heading}, ${texts.norms[network]}`, legend, texts.waiting, () => {
    const history = context.history();
    const points = pointsOf(history, network, layer(), name);
    if (points.length === 0) return null;
    const reach = reachOf(history, layer(), name);
    const last = points[points.length - 1];
    const [low, high] = limitsOf(last.limits, name);
    const limitLine = (end: 0 | 1) =>
      Plot.line(points, {
        x: "step",
        y: ({ limits }: Point) => limitsOf(limits, name)[end],
        strokeDasharray: "2 3",
        strokeWidth: 1.75,
        clip: true,
      });
    return {
      options: {
        x: stepAxis(context, 0, Math.max(100, last.step)),
        y: {
          ...upright,
          ...(name === "r"
            ? {
              type: "log",
              domain: [Math.exp(-reach), Math.exp(reach)],
              ticks: [1 / 8, 1 / 4, 1 / 2, 0.7, 1, 1.4, 2, 4, 8].filter((r) =>
                Math.abs(Math.log(r)) <= reach
              ),
              tickFormat: formats.short,
            }
            : { domain: [-reach, reach], tickFormat: formats.short }),
        },
        marks: [
          Plot.ruleY([name === "r" ? 1 : 0], { strokeOpacity: 0.4 }),
          Plot.areaY(points, {
            x: "step",
            y1: "low",
            y2: "high",
            fill: colour,
            fillOpacity: 0.28,
            clip: true,
          }),
          limitLine(0),
          limitLine(1),
          Plot.line(points, {
            x: "step",
            y: "median",
            stroke: colour,
            strokeWidth: 2.25,
            clip: true,
          }),
          // The last one, which is all there is at first.
          Plot.ruleX([last], { x: "step", y1: "low", y2: "high", stroke: colour, strokeWidth: 2 }),
          Plot.dot([last], { x: "step", y: "median", fill: colour, r: 3.5 }),
        ],
      },
      text: [
        texts.correction.reading(inWords(last.low), inWords(last.high), inWords(last.median)),
        network === 0
          ? texts.correction.fixed
          : texts.correction.limits(inWords(low), inWords(high), formats.percent(last.clipped)),
      ].join(" "),
    };
  });
}

function pointsOf(
  { points }: History,
  network: NetworkIndex,
  layer: number,
  name: keyof LayerCorrection,
): Point[] {
  return points.flatMap(({ step, limits, corrections }) =>
    corrections ? [{ step, limits: limits[network], ...corrections[network][layer][name] }] : []
  );
}

/** Half the height of the chart, the same for both networks: log r, or d. */
function reachOf(history: History, layer: number, name: keyof LayerCorrection): number {
  const points = [0, 1].flatMap((network) =>
    pointsOf(history, network as NetworkIndex, layer, name)
  );
  const size = (value: number) => Math.abs(name === "r" ? Math.log(value) : value);
  const sizes = points.flatMap(({ low, high }) => [size(low), size(high)]);
  return 1.15 * Math.max(...sizes.filter(Number.isFinite), name === "r" ? 0.3 : 0.5);
}

function limitsOf({ rmax, dmax }: Limits, name: keyof LayerCorrection): [number, number] {
  return name === "r" ? [1 / rmax, rmax] : [-dmax, dmax];
}
