import { htmlPage } from "../report/html_page.ts";
import { charts } from "./charts.ts";
import { conclusions, type FineTuningResults, textReport } from "./results.ts";

/** The results as one HTML file with a chart: no script, and nothing is fetched. */
export function htmlReport(results: FineTuningResults): string {
  const { images, size, objects, views, rounds, momentum } = results.settings;
  const isGarments = images === "garments";
  const shown = isGarments ? "garments" : "handwritten digits";
  return htmlPage({
    title: "Fine-tuning a pre-trained network in small batches",
    text:
      `The last block and a new head of NSFWJS' MobileNetV2, at ${size} × ${size} pixels, learn ` +
      `${10 * objects} ${shown} of ten classes, ${views} views each, ${rounds} times. Running ` +
      `statistics have momentum ${momentum} in Keras' sense.`,
    conclusions: conclusions(results),
    charts: charts(results),
    numbers: textReport(results),
    sources: `${
      isGarments
        ? "Garments: Fashion-MNIST, H. Xiao, K. Rasul and R. Vollgraf, Zalando, 2017, MIT."
        : "Digits: “Optical Recognition of Handwritten Digits”, E. Alpaydin and C. Kaynak, UCI, 1998, CC BY 4.0."
    } Network: NSFWJS by Infinite Red, MIT. Method: S. Ioffe, “Batch Renormalization”, 2017.`,
  });
}
