import { htmlPage } from "../../report/html_page.ts";
import { charts } from "../charts/charts.ts";
import { conclusions, type ExperimentResults, textReport } from "./results.ts";

/** The results as one HTML file with charts: no script, and nothing is fetched. */
export function htmlReport(results: ExperimentResults): string {
  const { settings: { epochs, momentum, limits, warmupShare } } = results;
  return htmlPage({
    title: "A small network trained in small batches",
    text: `The notebook's MiniCNN, trained in TensorFlow.js on 1400 handwritten digits of 8 × 8 ` +
      `pixels for ${epochs} epochs. Running statistics have momentum ${momentum}; batch renorm's limits ` +
      `open to rmax ${limits.rmax} and dmax ${limits.dmax} over the first ${
        100 * warmupShare
      } % of the steps.`,
    conclusions: conclusions(results),
    charts: charts(results),
    numbers: textReport(results),
    sources:
      "Digits: “Optical Recognition of Handwritten Digits”, E. Alpaydin and C. Kaynak, UCI, 1998, " +
      "CC BY 4.0. Method: S. Ioffe, “Batch Renormalization”, 2017.",
  });
}
