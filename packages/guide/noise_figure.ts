import * as Plot from "@observablehq/plot";
import { moments } from "@renorm/core-math";
import { colours } from "@renorm/experiments/charts/colours";
import { svg, upright } from "@renorm/experiments/charts/plot_svg";
import { torchGenerator } from "@renorm/experiments/data/torch_random";

const sizes = [2, 4, 8, 16, 32, 64];
const batches = 60;
const facets = { mean: "mean of a batch", deviation: "deviation of a batch" };

/**
 * Mean and deviation of batches from a normal distribution with mean 0 and deviation 1, a dot each.
 */
export function noiseFigure(): string {
  const generator = torchGenerator(0);
  const points = sizes.flatMap((size) => {
    // Each channel is a batch of its own.
    const { mean, variance } = moments({
      data: generator.randn(size * batches),
      shape: [size, batches],
    });
    return Array.from(mean).flatMap((value, i) => {
      const place = size * 2 ** (0.5 * (i / (batches - 1) - 0.5));
      return [
        { place, value, of: facets.mean },
        { place, value: Math.sqrt(variance[i]), of: facets.deviation },
      ];
    });
  });
  const truth = [{ of: facets.mean, value: 0 }, { of: facets.deviation, value: 1 }];
  // The mean of m values strays by 1/√m: where it lies in 68 % of the batches.
  const expected = Array.from({ length: 41 }, (_, i) => 2 ** (0.6 + 0.14 * i))
    .map((m) => ({ m, spread: 1 / Math.sqrt(m), of: facets.mean }));
  return svg({
    height: 304,
    x: {
      type: "log",
      base: 2,
      label: "values of a channel in the batch",
      ticks: sizes,
      tickFormat: "d",
      inset: 14,
    },
    y: { ...upright, label: "in true deviations", grid: true, domain: [-2, 2.5] },
    fx: { label: null, domain: Object.values(facets), padding: 0.08 },
    marks: [
      Plot.ruleY(truth, { y: "value", fx: "of", strokeDasharray: "4 3" }),
      Plot.areaY(expected, {
        x: "m",
        y1: (d: { spread: number }) => -d.spread,
        y2: "spread",
        fx: "of",
        fill: colours["batch renorm"],
        fillOpacity: 0.18,
      }),
      Plot.dot(points, {
        x: "place",
        y: "value",
        fx: "of",
        r: 1.8,
        fill: colours["batch norm"],
        fillOpacity: 0.75,
      }),
      Plot.text([{ of: facets.mean }], {
        fx: "of",
        x: 16,
        y: 1.3,
        text: () => "0 ± 1/√m",
      }),
    ],
  });
}
