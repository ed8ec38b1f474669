/** A figure with a chart, a legend, and the same in words. */
import * as Plot from "@observablehq/plot";
import { element, setText } from "../element.ts";
import type { View } from "../view.ts";
import { drawSoon } from "./draw_soon.ts";

/** What a chart shows now. */
export interface Drawing {
  readonly options: Plot.PlotOptions;
  /** The same in a sentence or two; else the page says that there is nothing yet. */
  readonly text: string | null;
}

/** An entry of a legend: how a mark looks, and what it is. */
export interface LegendEntry {
  readonly mark: "solid" | "dashed" | "band" | "limit" | "dot";
  readonly text: string;
  /** Of a dot, where it is not that of the norm. */
  readonly colour?: string;
}

/**
 * Makes a chart that draws what `show` gives, or says `waiting` while that is null.
 *
 * @param title names it for screen readers
 */
export function makeChart(
  title: string,
  legend: readonly LegendEntry[],
  waiting: string,
  show: () => Drawing | null,
): View {
  const area = element("div", { class: "area", role: "img", "aria-label": `${title}. ${waiting}` });
  const words = element("p", { class: "reading" }, waiting);
  let drawing: Drawing | null = null;
  const drawWhenSeen = drawSoon(area, () => {
    if (drawing === null || area.clientWidth === 0) return area.replaceChildren();
    // Labels are as large as the visitor's text.
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const drawn = Plot.plot({
      width: area.clientWidth,
      height: area.clientHeight,
      marginLeft: 44 * scale,
      marginRight: 14 * scale,
      marginTop: 10 * scale,
      marginBottom: 34 * scale,
      ...drawing.options,
    });
    // The words beside it are what is read aloud.
    drawn.setAttribute("aria-hidden", "true");
    area.replaceChildren(drawn);
  });
  return {
    root: element(
      "figure",
      { class: "chart" },
      element("div", { class: "legend" }, ...legend.map(legendEntry)),
      words,
      area,
    ),
    update() {
      drawing = show();
      // The words are never behind, on the screen or not.
      setText(words, drawing?.text ?? waiting);
      area.setAttribute("aria-label", `${title}. ${words.textContent}`);
      drawWhenSeen();
    },
  };
}

function legendEntry({ mark, text, colour }: LegendEntry): HTMLElement {
  const key = element("i", { class: `key ${mark}`, "aria-hidden": "true" });
  if (colour) key.style.background = colour;
  return element("span", {}, key, text);
}
