/** What the charts of the experiment share. */
import type * as Plot from "@observablehq/plot";
import { colours } from "../../charts/colours.ts";
import { upright } from "../../charts/plot_svg.ts";
import { norms } from "../../training/norms.ts";
import type { ExperimentResults } from "../report/results.ts";

/** Colours of the norms, of Okabe and Ito as the demo's. */
const normColours = [
  colours["batch norm"],
  colours["batch renorm"],
  colours.rmax,
  colours.dmax,
] as const;

/** The colour scale of the norms. */
export const byNorm = { domain: [...norms], range: [...normColours] };

/** An axis of shares. */
export const perCent = { ...upright, percent: true, grid: true, ticks: [0, 25, 50, 75, 100] };

/** The name of the facet of a batch size. */
export function facetName(batchSize: number): string {
  return `batches of ${batchSize}`;
}

/** Epochs at whole numbers; without a 0, which would run into the end of the facet before it. */
export function epochAxis({ settings: { epochs } }: ExperimentResults): Plot.ScaleOptions {
  const step = Math.ceil(epochs / 6);
  const ticks = Array.from({ length: Math.floor(epochs / step) }, (_, i) => (i + 1) * step);
  return { label: "epoch", labelAnchor: "center", tickFormat: "d", ticks, domain: [0, epochs] };
}

/** The norms of the results, with their colours. */
export function shownNorms({ runs }: ExperimentResults): (readonly [string, string])[] {
  return norms.flatMap((norm, i) =>
    runs.some(({ run }) => run.norm === norm) ? [[norm, normColours[i]] as const] : []
  );
}
