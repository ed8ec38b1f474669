import type { NamedChart } from "../../charts/plot_svg.ts";
import { type Drawing, drawings } from "../../data/drawing.ts";
import { type Norm, norms } from "../../training/norms.ts";
import { type ExperimentResults, meanOf, spreadOf } from "../report/results.ts";
import { correctionChart } from "./correction_chart.ts";
import { epochChart, gapChart } from "./epoch_charts.ts";
import { finalChart } from "./final_chart.ts";
import { headlineBatchSize, headlineChart } from "./headline_chart.ts";

/** The charts of the report that these results have runs for, in order. */
export function charts(results: ExperimentResults): NamedChart[] {
  const has = (norms: readonly Norm[], drawing?: Drawing) =>
    results.runs.some(({ run }) =>
      norms.includes(run.norm) && (drawing === undefined || run.drawing === drawing)
    );
  return [
    ...has(["batch norm", "batch renorm"], "class by class") ? [headline(results)] : [],
    {
      name: "accuracy",
      title: "Accuracy after training",
      text:
        "Accuracy on the test images in eval mode. A dot is a seed, the line goes through their mean.",
      svg: finalChart(results),
    },
    ...drawings.toReversed()
      .filter((drawing) => has(norms, drawing))
      .map((drawing) => accuracyByEpoch(results, drawing)),
    ...has(["batch norm", "batch renorm"]) ? [gap(results)] : [],
    ...has(["batch renorm"], "class by class")
      ? (["r", "d"] as const).map((name) => correction(results, name))
      : [],
  ];
}

/** Batch norm against batch renorm in one panel. */
export function headline(results: ExperimentResults): NamedChart {
  return {
    name: "headline",
    title: "Accuracy in training mode and in eval mode",
    text: `Accuracy on the test images, batches of ${headlineBatchSize(results)} drawn class by ` +
      `class, ${
        meanOf(results)
      }. Dashed is training mode, in batches drawn as those of the training.`,
    svg: headlineChart(results),
  };
}

/** The accuracy in both modes over the epochs, for batches of one drawing. */
function accuracyByEpoch(results: ExperimentResults, drawing: Drawing): NamedChart {
  return {
    name: `accuracy-by-epoch-${drawing.replaceAll(" ", "-")}`,
    title: `Accuracy by epoch, batches drawn ${drawing}`,
    text: "Test images in training mode, in batches drawn as those of the training, and in " +
      `eval mode; ${spreadOf(results)}.`,
    svg: epochChart(results, drawing),
  };
}

function gap(results: ExperimentResults): NamedChart {
  return {
    name: "gap",
    title: "The gap between training and eval",
    text:
      "Share of the test images that the two modes classify differently. Group norm and frozen " +
      "batch norm are not drawn: for them the modes are the same.",
    svg: gapChart(results),
  };
}

function correction(results: ExperimentResults, name: "r" | "d"): NamedChart {
  const { momentum, limits: { rmax, dmax } } = results.settings;
  return {
    name,
    title: `${name} by layer`,
    text: `Batch renorm class by class: the middle 90 % of all channels and batches of ${name} ` +
      `before clipping, and the median. Dashed: the limits, which open to ` +
      `${name === "r" ? `1/${rmax} and ${rmax}` : `±${dmax}`}. The running statistics have ` +
      `momentum ${momentum}.`,
    svg: correctionChart(results, name),
  };
}
