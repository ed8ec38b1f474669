/** What the charts of the page share. */
import type * as Plot from "@observablehq/plot";
import type { ViewContext } from "../view.ts";

/** The colour of the norm in whose column a chart stands. */
export const colour = "var(--norm)";

/** An axis of steps; never shorter than so many. */
export function stepAxis(
  { texts, formats }: ViewContext,
  first: number,
  last: number,
): Plot.ScaleOptions {
  return {
    label: texts.toolbar.stepLabel,
    labelArrow: "none",
    domain: [first, last],
    ticks: 5,
    tickFormat: formats.integer,
  };
}

/** An upright axis with its lines; what it measures stands in the heading. */
export const upright = { grid: true, label: null, ticks: 5 } as const;
