import type { NamedChart } from "../charts/plot_svg.ts";
import { htmlPage } from "../report/html_page.ts";
import { type CrossqResults, runsOf, solved, solvedAt, textReport } from "./results.ts";
import { compared } from "./settings.ts";

/** The results as one HTML file with its chart: no script, and nothing is fetched. */
export function htmlReport(results: CrossqResults, chart: NamedChart): string {
  const { settings, machine, date } = results;
  const { width, batchSize, warmupSteps, rmax, dmax, momentum } = settings;
  return htmlPage({
    title: "CrossQ on a pendulum",
    text: `CrossQ and SAC on Pendulum-v1, networks of two hidden layers of ${width}, batches of ` +
      `${batchSize}. Running statistics have momentum ${momentum}; batch renorm's limits open ` +
      `from batch norm to rmax ${rmax} and dmax ${dmax} after ${warmupSteps} forwards of a layer.`,
    conclusions: compared.flatMap((variant) => {
      const runs = runsOf(results, variant);
      const arrived = runs.filter((run) => solvedAt(run, settings) !== null);
      return runs.length === 0
        ? []
        : [`${variant}: ${arrived.length} of ${runs.length} seeds reach ${solved}`];
    }),
    charts: [chart],
    numbers: textReport(results),
    sources: `Method: A. Bhatt, D. Palenicek and others, “CrossQ”, ICLR 2024. ${machine}, ${date}.`,
  });
}
