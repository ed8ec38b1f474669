import type { Chart } from "../plot_svg.ts";
import type { Drawing } from "../study.ts";
import { correctionChart } from "./correction_chart.ts";
import { epochChart, gapChart } from "./epoch_charts.ts";
import { finalChart } from "./final_chart.ts";
import type { ExperimentResults } from "./results.ts";
import { drawings } from "./settings.ts";

/** A chart and the name of its file. */
export interface NamedChart extends Chart {
  readonly name: string;
}

/** The charts of the report, in order. */
export function charts(results: ExperimentResults): NamedChart[] {
  const { momentum, limits } = results.settings;
  return [
    {
      name: "accuracy",
      title: "What is learned, in use",
      text:
        "Share of the test images that are read right after training, in eval mode. A dot is a " +
        "seed, the line goes through their mean.",
      svg: finalChart(results),
    },
    ...drawings.toReversed().map((drawing) => accuracyByEpoch(results, drawing)),
    {
      name: "gap",
      title: "The gap between training and eval",
      text:
        "Share of the test images that the two modes read differently. For group norm and frozen " +
        "batch norm the modes are the same.",
      svg: gapChart(results),
    },
    ...(["r", "d"] as const).map((name) => ({
      name,
      title: name === "r" ? "r by layer" : "d by layer",
      text:
        `Batch renorm class by class: the middle 90 % of all channels and batches of ${name} before ` +
        `clipping, and the median. Dashed, where they are near: the limits, which open to ` +
        `${
          name === "r" ? `1/${limits.rmax} and ${limits.rmax}` : `±${limits.dmax}`
        }. The running ` +
        `statistics have momentum ${momentum}.`,
      svg: correctionChart(results, name),
    })),
  ];
}

/** The accuracy in both modes over the epochs, for batches of one drawing. */
export function accuracyByEpoch(results: ExperimentResults, drawing: Drawing): NamedChart {
  return {
    name: `accuracy-by-epoch-${drawing.replaceAll(" ", "-")}`,
    title: `Accuracy by epoch, batches drawn ${drawing}`,
    text: "Test images in training mode, in batches drawn as those that are learned from, and in " +
      "eval mode. Mean of the seeds, and their range.",
    svg: epochChart(results, drawing),
  };
}
