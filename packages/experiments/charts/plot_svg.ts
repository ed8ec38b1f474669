import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { colours } from "./colours.ts";

/** A chart as SVG, with what it says and how to read it. */
export interface Chart {
  readonly title: string;
  readonly text: string;
  readonly svg: string;
}

/** A chart and the name of its file. */
export interface NamedChart extends Chart {
  readonly name: string;
}

/** An axis label beside the axis, where it is in nobody's way. */
export const upright = { labelAnchor: "center", labelArrow: "none" } as const;

/**
 * Draws a plot without a browser; below the axis there is room for letters that reach under the
 * line.
 */
export function svg(options: Plot.PlotOptions): string {
  const page = parseHTML("<!doctype html><html><body></body></html>");
  // Deno has no DOM types; Plot only makes elements with it.
  const { document } = page as unknown as Required<Pick<Plot.PlotOptions, "document">>;
  const drawn = Plot.plot({
    document,
    width: 760,
    height: 320,
    marginLeft: 64,
    marginTop: 34,
    marginBottom: 48,
    fx: { label: null },
    color: { domain: Object.keys(colours), range: Object.values(colours) },
    symbol: { domain: ["batch norm", "batch renorm"], range: ["diamond", "circle"] },
    ...options,
    x: { labelOffset: 40, ...options.x },
  });
  drawn.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return drawn.outerHTML;
}
