import { standaloneSvg } from "@renorm/experiments/charts/chart_legend";
import { charts } from "@renorm/experiments/digits/charts/charts";
import type { ExperimentResults } from "@renorm/experiments/digits/report/results";
import { clippingFigure } from "./clipping_figure.ts";
import { limitsFigure } from "./limits_figure.ts";
import { noiseFigure } from "./noise_figure.ts";
import { outputFigure } from "./output_figure.ts";
import { translateSvg } from "./translate_svg.ts";
import { turkishTexts } from "./figure_texts_tr.ts";

/** A figure of the guide as a file. */
export interface FigureFile {
  readonly name: string;
  readonly svg: string;
}

/** The experiment's charts that the guide shows, in Turkish too. */
const inGuide = ["digits-headline", "digits-accuracy", "digits-gap"];

/** The guide's figures in both languages, and the charts of the experiment. */
export function figureFiles(results: ExperimentResults): FigureFile[] {
  const own = [
    { name: "guide-noise", svg: noiseFigure() },
    { name: "guide-clipping", svg: clippingFigure() },
    { name: "guide-output", svg: outputFigure() },
    { name: "guide-limits", svg: limitsFigure() },
  ];
  const ofExperiment = charts(results).map(({ name, svg }) => ({
    name: `digits-${name}`,
    svg,
  }));
  const reused = ofExperiment.filter(({ name }) => inGuide.includes(name));
  const inTurkish = [...own, ...reused.map(({ name, svg }) => ({ name, svg: widened(svg, 44) }))]
    .map(({ name, svg }) => ({ name: `${name}-tr`, svg: translateSvg(svg, turkishTexts) }));
  return [...own, ...ofExperiment, ...inTurkish].map(({ name, svg }) => ({
    name: `${name}.svg`,
    svg: standaloneSvg(svg),
  }));
}

/** Makes room at the right, where Turkish names of rows are longer. */
function widened(svg: string, by: number): string {
  const [whole, width, height] = svg.match(/viewBox="0 0 (\d+) (\d+)" height="\d+" width="\d+"/)!;
  const wider = Number(width) + by;
  return svg.replace(whole, `viewBox="0 0 ${wider} ${height}" height="${height}" width="${wider}"`);
}
