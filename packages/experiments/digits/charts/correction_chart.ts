import * as Plot from "@observablehq/plot";
import { limitsAt, linearWarmup } from "@renorm/schedule";
import { colours } from "../../charts/colours.ts";
import { svg, upright } from "../../charts/plot_svg.ts";
import { mean } from "../../training/mean.ts";
import { batchSizesOf, type ExperimentResults } from "../report/results.ts";
import { epochAxis, facetName } from "./chart_parts.ts";

/** r or d of batch renorm by layer and epoch, class by class, with the limits. */
export function correctionChart(results: ExperimentResults, name: "r" | "d"): string {
  const runs = results.runs.filter(({ run }) =>
    run.norm === "batch renorm" && run.drawing === "class by class"
  );
  const points = batchSizesOf(results).flatMap((size) => {
    const seeds = runs.filter(({ run }) => run.batchSize === size).map(({ epochs }) => epochs);
    if (seeds.length === 0) return [];
    return seeds[0].flatMap((epoch, e) =>
      epoch.corrections.map((_, layer) => {
        const over = (part: "low" | "median" | "high") =>
          mean(seeds.map((epochs) => epochs[e].corrections[layer][name][part]));
        return {
          batchSize: facetName(size),
          layer: `layer ${layer + 1}`,
          epoch: e + 1,
          low: over("low"),
          median: over("median"),
          high: over("high"),
        };
      })
    );
  });
  const facets = { fx: "batchSize", fy: "layer" };
  const fill = colours["batch renorm"];
  const isScale = name === "r";
  // The limits are mostly far out; they show where they come near.
  const reach = 1.15 * Math.max(
    ...points.flatMap(({ low, high }) =>
      isScale ? [Math.abs(Math.log(low)), Math.abs(Math.log(high))] : [-low, high]
    ),
    0.01,
  );
  const limit = limitCurve(results, name);
  const leaves = limit.some(({ high }) => (isScale ? Math.log(high) : high) > reach);
  const { rmax, dmax } = results.settings.limits;
  const dashed = { x: "epoch", strokeDasharray: "4 3", clip: true } as const;
  return svg({
    height: 430,
    marginRight: 70,
    x: epochAxis(results),
    y: {
      ...upright,
      grid: true,
      ...(isScale
        ? {
          label: "r, scale correction",
          type: "log",
          ticks: [1 / 3, 0.5, 0.7, 1, 1.4, 2, 3].filter((r) => Math.abs(Math.log(r)) <= reach),
          tickFormat: ".2~f",
          domain: [Math.exp(-reach), Math.exp(reach)],
        }
        : { label: "d, shift correction in deviations", ticks: 5, domain: [-reach, reach] }),
    },
    fx: { label: null, domain: batchSizesOf(results).map(facetName) },
    fy: { label: null },
    marks: [
      Plot.line(limit, { ...dashed, y: "high" }),
      Plot.line(limit, { ...dashed, y: "low" }),
      // Where a limit leaves the frame, its end stands there.
      Plot.text(
        leaves ? [`limits open to ${isScale ? `1/${rmax} and ${rmax}` : `±${dmax}`}`] : [],
        {
          frameAnchor: "top-left",
          dx: 20,
          dy: 14,
        },
      ),
      Plot.areaY(points, { ...facets, x: "epoch", y1: "low", y2: "high", fill, fillOpacity: 0.35 }),
      Plot.line(points, { ...facets, x: "epoch", y: "median", stroke: fill, strokeWidth: 2 }),
    ],
  });
}

/** The limits in force over the epochs. */
function limitCurve({ settings }: ExperimentResults, name: "r" | "d") {
  const { limits, warmupShare, epochs } = settings;
  const fine = 10;
  const schedule = linearWarmup({
    ...limits,
    warmupSteps: Math.round(warmupShare * epochs * fine),
  });
  return Array.from({ length: epochs * fine + 1 }, (_, step) => {
    const { rmax, dmax } = limitsAt(schedule, step);
    return name === "r"
      ? { epoch: step / fine, high: rmax, low: 1 / rmax }
      : { epoch: step / fine, high: dmax, low: -dmax };
  });
}
