import * as Plot from "@observablehq/plot";
import { colours } from "../charts/colours.ts";
import { type NamedChart, svg, upright } from "../charts/plot_svg.ts";
import { mean } from "../training/mean.ts";
import type { FederatedResults } from "./results.ts";
import { type Method, methods } from "./settings.ts";

/** Each method's colour, and whether its line is dashed. */
const looks: Readonly<Record<Method, { readonly colour: string; readonly dash?: string }>> = {
  "batch norm, averaged": { colour: colours["batch norm"] },
  "batch norm, pooled": { colour: colours["batch norm"], dash: "6 4" },
  "batch norm, local": { colour: "#8C8C8C" },
  "batch norm, fixed": { colour: colours.dmax },
  "group norm": { colour: colours.rmax },
  "batch renorm, pooled": { colour: colours["batch renorm"] },
};

/** The charts of the report. */
export function charts(results: FederatedResults): NamedChart[] {
  return [{
    name: "accuracy",
    title: "Accuracy by round",
    text:
      "Accuracy on all test digits in eval mode, mean over the seeds and their range. Of local " +
      "norms, each client's model is judged with its own, and the mean over the clients is drawn.",
    svg: accuracyChart(results),
  }];
}

/** The accuracy on all test digits by round: a line and a range over the seeds for each method. */
function accuracyChart({ settings, runs }: FederatedResults): string {
  const points = methods.flatMap((method) => {
    const ofMethod = runs.filter(({ run }) => run.method === method);
    return (ofMethod[0]?.rounds ?? []).map(({ round }, i) => {
      const shares = ofMethod.map(({ rounds }) => rounds[i].accuracy);
      const [low, high] = [Math.min(...shares), Math.max(...shares)];
      return { method, round, mean: mean(shares), low, high };
    });
  });
  const ends = apart(points.filter(({ round }) => round === settings.rounds));
  const colour = ({ method }: { readonly method: Method }) => looks[method].colour;
  return svg({
    height: 380,
    marginRight: 190,
    x: { label: "round", labelAnchor: "center", domain: [0, settings.rounds] },
    y: { ...upright, percent: true, grid: true, label: "accuracy, %", domain: [0, 100] },
    marks: [
      Plot.ruleY([0]),
      ...methods.map((method) => {
        const own = points.filter((point) => point.method === method);
        const range = { x: "round", y1: "low", y2: "high", fill: colour, fillOpacity: 0.12 };
        return Plot.areaY(own, range);
      }),
      ...methods.map((method) =>
        Plot.line(points.filter((point) => point.method === method), {
          x: "round",
          y: "mean",
          z: "method",
          stroke: colour,
          strokeWidth: 2.5,
          ...looks[method].dash ? { strokeDasharray: looks[method].dash } : {},
        })
      ),
      Plot.dot(ends, { x: "round", y: "place", fill: colour, r: 4, dx: 12 }),
      Plot.text(ends, { x: "round", y: "place", text: "text", textAnchor: "start", dx: 20 }),
    ],
  });
}

/** Shares that two labels at the right are apart at least. */
const labelHeight = 0.055;

/** The ends of curves with a place for each label, none over another. */
function apart<P extends { readonly method: Method; readonly mean: number }>(ends: readonly P[]) {
  const placed: (P & { place: number; text: string })[] = [];
  for (const end of ends.toSorted((a, b) => a.mean - b.mean)) {
    const below = placed.at(-1)?.place ?? -Infinity;
    const text = `${end.method} ${(100 * end.mean).toFixed(0)}`;
    placed.push({ ...end, text, place: Math.max(end.mean, below + labelHeight) });
  }
  return placed;
}
