/** The page as files: everything it needs, and nothing that is fetched from elsewhere. */
import { svg } from "@renorm/experiments/charts/plot_svg";
import { bundle } from "@renorm/testing/bundle";
import { indexHtml } from "./index_html.ts";
import { sidePageHtml } from "./side_page_html.ts";

/** A file of the site by its path. */
export type Site = ReadonlyMap<string, Uint8Array>;

/** The page of one's own model, which asks for HDF5 when a file of Keras does. */
const modelPage = {
  title: "Your own model",
  script: "model.js",
  imports: { h5wasm: "./hdf5.js" },
};

/** The page that measures a device. */
const measurePage = { title: "Measure this device", script: "measure.js" };

/** Where the digits stand, seen from the worker as from `digits.ts`. */
const digitsPath = "digits.csv.gz";

/**
 * Builds the site.
 *
 * @param docs address of the folder of the documentation, for links to it; null names its files
 * alone
 * @throws {Error} when the page cannot be bundled
 */
export async function buildSite(docs: string | null): Promise<Site> {
  const here = (path: string) => new URL(path, import.meta.url);
  const [page, worker, model, hdf5, measure, style, digits] = await Promise.all([
    bundle(here("ui/page.ts")),
    bundle(here("training/worker.ts")),
    bundle(here("model/page.ts")),
    bundle(here("model/hdf5.ts"), { external: [] }),
    bundle(here("measure/page.ts")),
    bundle(here("style/page.css")),
    Deno.readFile(here(`../experiments/data/${digitsPath}`)),
  ]);
  const html = indexHtml({ docs, inlineStyle: plotStyle() });
  const text = new TextEncoder();
  return new Map([
    ["index.html", text.encode(await html)],
    ["style.css", text.encode(style)],
    ["page.js", text.encode(page)],
    ["worker.js", text.encode(worker)],
    ["model.html", text.encode(await sidePageHtml(modelPage))],
    ["model.js", text.encode(model)],
    ["hdf5.js", text.encode(hdf5)],
    ["measure.html", text.encode(await sidePageHtml(measurePage))],
    ["measure.js", text.encode(measure)],
    [digitsPath, digits],
  ]);
}

/** The style that Observable Plot puts into each of its charts; the page's policy names it. */
function plotStyle(): string {
  const [, style] = svg({ marks: [] }).match(/<style>([^<]*)<\/style>/)!;
  return style.replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
