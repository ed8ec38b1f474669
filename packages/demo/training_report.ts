import type { ExperimentResults } from "@renorm/experiments/digits/report/results";
import type { Norm } from "@renorm/experiments/training/norms";
import { percent } from "@renorm/terminal/percent";
import { table, wrap } from "@renorm/terminal/text_table";
import type { Conversion } from "./conversion.ts";

/** A conversion as text of at most 80 columns. */
export function conversionReport({ before, after, warmupSteps }: Conversion): string {
  return [
    "The notebook's MiniCNN in TensorFlow.js, as it is built",
    "",
    ...before.map((line) => `  ${line}`),
    "",
    `and after convertToBatchRenorm(model, { rmax: 3, dmax: 5, warmupSteps: ${warmupSteps} })`,
    "",
    ...after.map((line) => `  ${line}`),
  ].join("\n");
}

/** A training as text of at most 80 columns. */
export function trainingReport(results: ExperimentResults): string {
  const rows = results.runs.map(({ run, epochs }) => {
    const { trainingLoss, trainingMode, evalMode } = epochs[epochs.length - 1];
    return [
      run.norm,
      trainingLoss.toFixed(3),
      percent(trainingMode.accuracy),
      evalMode.loss.toFixed(3),
      percent(evalMode.accuracy),
    ];
  });
  const head = ["layer", "training loss", "accuracy, training", "test loss", "accuracy, eval"];
  return [...table(head, rows), "", ...wrap(trainingConclusion(results), 80)].join("\n");
}

/** What one sees, in a sentence. */
export function trainingConclusion({ runs, settings }: ExperimentResults): string {
  const accuracy = (norm: Norm, mode: "evalMode" | "trainingMode") => {
    const { epochs } = runs.find(({ run }) => run.norm === norm)!;
    return percent(epochs[epochs.length - 1][mode].accuracy);
  };
  const { epochs } = settings;
  return `Trained for ${epochs} ${
    epochs === 1 ? "epoch" : "epochs"
  } on batches of 4 images of one ` +
    `digit each, the network with batch norm has an accuracy of ` +
    `${accuracy("batch norm", "trainingMode")} on new images in training mode, where the rest of ` +
    `the batch helps, and ${accuracy("batch norm", "evalMode")} in eval mode; with batch renorm ` +
    `${accuracy("batch renorm", "trainingMode")} and ${accuracy("batch renorm", "evalMode")}.`;
}
