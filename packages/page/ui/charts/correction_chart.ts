/** The distribution of r or d over the steps, with the limits. */
import type { LayerCorrection } from "@renorm/experiments/training/evaluate";
import * as Plot from "@observablehq/plot";
import type { Limits } from "@renorm/schedule";
import type { History } from "../history.ts";
import { forBoth, type NetworkIndex, type View, type ViewContext } from "../view.ts";
import { makeChart } from "./chart.ts";
import { colour, stepAxis, upright } from "./parts.ts";

/** A measurement of one layer of one network. */
interface Point {
  readonly step: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Share of the channels beyond the limits. */
  readonly clipped: number;
  readonly least: number;
  readonly most: number;
}

/** Makes the chart of a network, for the layer that is chosen. */
export function correctionChart(
  context: ViewContext,
  network: NetworkIndex,
  name: "r" | "d",
  layer: () => number,
): View {
  const { texts: { correction: words, legend, norms, waiting }, formats } = context;
  const entries = [
    { mark: "band", text: legend.band },
    { mark: "solid", text: legend.median },
    { mark: "limit", text: legend.limit },
  ] as const;
  return makeChart(`${words[name].heading}, ${norms[network]}`, entries, waiting, () => {
    const ofBoth = forBoth((network) => pointsOf(context.history(), network, layer(), name));
    const points = ofBoth[network];
    const last = points.at(-1);
    if (last === undefined) return null;
    const [low, high, median, least, most] = [
      ...[last.low, last.high, last.median, last.least, last.most].map(formats.decimal),
    ];
    const line = { x: "step", strokeWidth: 1.75 } as const;
    const band = { x: "step", y1: "low", y2: "high" } as const;
    return {
      options: {
        x: stepAxis(context, 0, Math.max(100, last.step)),
        y: { ...upright, ...scale(ofBoth.flat(), name), tickFormat: formats.short },
        marks: [
          Plot.ruleY([name === "r" ? 1 : 0], { strokeOpacity: 0.4 }),
          Plot.areaY(points, { ...band, fill: colour, fillOpacity: 0.28 }),
          Plot.line(points, { ...line, y: "least", strokeDasharray: "2 3" }),
          Plot.line(points, { ...line, y: "most", strokeDasharray: "2 3" }),
          Plot.line(points, { ...line, y: "median", stroke: colour, strokeWidth: 2.25 }),
          // The last one, which is all there is at first.
          Plot.ruleX([last], { ...band, stroke: colour, strokeWidth: 2 }),
          Plot.dot([last], { x: "step", y: "median", fill: colour, r: 3.5 }),
        ],
      },
      text: [
        words.reading(low, high, median),
        network === 0 ? words.fixed : words.limits(least, most, formats.percent(last.clipped)),
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
  return points.flatMap(({ step, limits, corrections }) => {
    if (!corrections) return [];
    const [least, most] = limitsOf(limits[network], name);
    return [{ step, least, most, ...corrections[network][layer][name] }];
  });
}

/**
 * The same for both networks, with all bands and limits in the frame. r is logarithmic, and d is so
 * away from 0: limits are far from most of what they limit.
 */
function scale(points: readonly Point[], name: keyof LayerCorrection): Plot.ScaleOptions {
  const size = (value: number) => Math.abs(name === "r" ? Math.log(value) : value);
  const sizes = points.flatMap(({ low, high, most }) => [low, high, most].map(size));
  const reach = 1.1 * Math.max(...sizes.filter(Number.isFinite), 0.3);
  const isSeen = (value: number) => size(value) <= reach;
  return name === "r"
    ? {
      type: "log",
      domain: [Math.exp(-reach), Math.exp(reach)],
      ticks: [1 / 64, 1 / 16, 1 / 4, 1 / 2, 1, 2, 4, 16, 64].filter(isSeen),
    }
    : {
      type: "symlog",
      constant: 0.3,
      domain: [-reach, reach],
      ticks: [-50, -5, -1, -0.2, 0, 0.2, 1, 5, 50].filter(isSeen),
    };
}

function limitsOf({ rmax, dmax }: Limits, name: keyof LayerCorrection): [number, number] {
  return name === "r" ? [1 / rmax, rmax] : [-dmax, dmax];
}
