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

/** What is asked for of a report. */
export interface Asked {
  /** The folder of its files. */
  readonly out: string;
  /** Whether JSON is all that is printed. */
  readonly json: boolean;
}

/** Writes a report's files, and prints its JSON, or a text and where the charts are. */
export async function tellReport(
  { out, json }: Asked,
  report: Report,
  text: string,
): Promise<void> {
  await writeReport(out, report);
  const charts = report.charts.length === 1 ? "a chart" : "charts";
  console.log(
    json
      ? report.json.trimEnd()
      : `\n${text}\n\nThe same with ${charts}: ${join(out, "report.html")}`,
  );
}

/** Writes a report's files into a folder. */
async function writeReport(folder: string, { json, html, charts }: Report): Promise<void> {
  await Deno.mkdir(join(folder, "charts"), { recursive: true });
  await Deno.writeTextFile(join(folder, "results.json"), json);
  await Deno.writeTextFile(join(folder, "report.html"), html);
  for (const { name, svg } of charts) {
    await Deno.writeTextFile(join(folder, "charts", `${name}.svg`), standaloneSvg(svg));
  }
}
