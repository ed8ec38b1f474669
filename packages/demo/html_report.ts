import { headline } from "@renorm/experiments/digits/charts/charts";
import type { ExperimentResults } from "@renorm/experiments/digits/report/results";
import { charts } from "./charts.ts";
import { htmlPage } from "@renorm/experiments/report/html_page";
import { conclusions, type Results } from "./results.ts";
import { numbersReport } from "./text_report.ts";
import { trainingConclusion, trainingReport } from "./training_report.ts";

/** The results as one HTML file with charts: no script, and nothing is fetched. */
export function htmlReport(results: Results, training: ExperimentResults | null): string {
  return htmlPage({
    title: "Batch norm and batch renorm on real digits",
    text:
      "Batches of handwritten 8 × 8 digits go through a convolution, ReLU and pooling, and then " +
      "through a batch norm and a batch renorm layer whose running statistics are warm. Seed " +
      `${results.settings.seed}.`,
    conclusions: [
      ...training === null ? [] : [trainingConclusion(training)],
      ...conclusions(results),
    ],
    charts: [
      ...training === null ? [] : [headline(training)],
      ...charts(results),
    ],
    numbers: numbersReport(results) + (training === null ? "" : `\n\n${trainingReport(training)}`),
    sources:
      "Digits: “Optical Recognition of Handwritten Digits”, E. Alpaydin and C. Kaynak, UCI, 1998, " +
      "CC BY 4.0. Method: S. Ioffe, “Batch Renormalization”, 2017.",
  });
}
