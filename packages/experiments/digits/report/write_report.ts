import { join } from "node:path";
import { standaloneSvg } from "./chart_legend.ts";
import { charts } from "./charts.ts";
import { htmlReport } from "./html_report.ts";
import { type ExperimentResults, resultsJson } from "./results.ts";

/** Writes `results.json`, `report.html` and the charts, each an SVG file, into a folder. */
export async function writeReport(folder: string, results: ExperimentResults): Promise<void> {
  await Deno.mkdir(join(folder, "charts"), { recursive: true });
  await Deno.writeTextFile(join(folder, "results.json"), resultsJson(results));
  await Deno.writeTextFile(join(folder, "report.html"), htmlReport(results));
  for (const { name, svg } of charts(results)) {
    await Deno.writeTextFile(join(folder, "charts", `${name}.svg`), standaloneSvg(svg));
  }
}
