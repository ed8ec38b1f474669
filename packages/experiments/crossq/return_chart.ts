import * as Plot from "@observablehq/plot";
import { colours } from "../charts/colours.ts";
import { type NamedChart, svg, upright } from "../charts/plot_svg.ts";
import { mean } from "../training/mean.ts";
import { type CrossqResults, runsOf, solved } from "./results.ts";
import { compared } from "./settings.ts";

const variantColours: Readonly<Record<typeof compared[number], string>> = {
  "batch renorm": colours["batch renorm"],
  "batch norm": colours["batch norm"],
  "no norm": colours.rmax,
  "SAC": colours.dmax,
};

/** The return by step: a panel a variant, a thin line a seed, a thick one for their mean. */
export function returnChart(results: CrossqResults): NamedChart {
  const { evaluateEvery, steps, evaluationEpisodes } = results.settings;
  const shown = compared.filter((variant) => runsOf(results, variant).length > 0);
  const seeds = shown.flatMap((variant) => runsOf(results, variant)).flatMap((
    { variant, seed, returns },
  ) =>
    returns.map((value, i) => ({ variant, seed, step: (i + 1) * evaluateEvery, return: value }))
  );
  const means = shown.flatMap((variant) => {
    const runs = runsOf(results, variant);
    return runs[0].returns.map((_, i) => ({
      variant,
      step: (i + 1) * evaluateEvery,
      return: mean(runs.map(({ returns }) => returns[i])),
    }));
  });
  const line = { fx: "variant", x: "step", y: "return", stroke: "variant" };
  return {
    name: "return",
    title: "Return by steps",
    text: `Mean return of ${evaluationEpisodes} episodes; thin lines are seeds, the thick one is ` +
      `their mean. Dashed: ${solved}, where the pendulum is swung up and held from nearly any start.`,
    svg: svg({
      marginLeft: 76,
      x: {
        ...upright,
        label: "step",
        tickFormat: "d",
        ticks: [0.25, 0.5, 0.75].map((share) => share * steps),
        domain: [0, steps],
      },
      y: { ...upright, label: "return", tickFormat: "d", grid: true },
      fx: { label: null, domain: shown },
      color: { domain: [...compared], range: Object.values(variantColours) },
      marks: [
        Plot.ruleY([solved], { stroke: "currentColor", strokeDasharray: "4 4" }),
        Plot.line(seeds, { ...line, z: "seed", strokeWidth: 0.8, strokeOpacity: 0.6 }),
        Plot.line(means, { ...line, strokeWidth: 2.5 }),
      ],
    }),
  };
}
