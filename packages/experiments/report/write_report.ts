import { join } from "node:path";
import { standaloneSvg } from "../charts/chart_legend.ts";
import type { NamedChart } from "../charts/plot_svg.ts";

/** What an experiment leaves behind. */
export interface Report {
  /** The results, as `results.json`. */
  readonly json: string;
  /** The page, as `report.html`. */
  readonly html: string;
  /** Each an SVG file in `charts`. */
  readonly charts: readonly NamedChart[];
}

/** Writes a report's files into a folder. */
export async function writeReport(folder: string, { json, html, charts }: Report): Promise<void> {
  await Deno.mkdir(join(folder, "charts"), { recursive: true });
  await Deno.writeTextFile(join(folder, "results.json"), json);
  await Deno.writeTextFile(join(folder, "report.html"), html);
  for (const { name, svg } of charts) {
    await Deno.writeTextFile(join(folder, "charts", `${name}.svg`), standaloneSvg(svg));
  }
}
