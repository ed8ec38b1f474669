/** What the charts of the page share. */
import type * as Plot from "@observablehq/plot";
import type { Formats } from "../../texts/formats.ts";
import type { Texts } from "../../texts/en.ts";
import type { Both } from "../../training/pair.ts";
import type { History } from "../history.ts";

/** What every view of the page is given. */
export interface ViewContext {
  readonly texts: Texts;
  readonly formats: Formats;
  /** The current run, as far as it is known. */
  history(): History;
}

/** The place of a network in everything that holds two. */
export type NetworkIndex = 0 | 1;

/** The colour of the norm in whose column a chart stands. */
export const colour = "var(--norm)";

/** Makes one of each network. */
export function forBoth<T>(make: (network: NetworkIndex) => T): Both<T> {
  return [make(0), make(1)];
}

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
