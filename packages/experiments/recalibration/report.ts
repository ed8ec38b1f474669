/** The table of accuracies, a row a recalibration and a column a training. */
import { table } from "@renorm/terminal/text_table";
import { meanAndRange } from "../report/mean_and_range.ts";
import type { FinishedRun } from "../runs/run_store.ts";
import type { Accuracies } from "./measure_network.ts";
import {
  type RecalibrationSettings,
  type TrainedNetwork,
  type Training,
  trainings,
} from "./trainings.ts";

/** What came of a network. */
export interface NetworkResult extends FinishedRun<TrainedNetwork, RecalibrationSettings> {
  readonly accuracies: Accuracies;
}

/** What `results.json` holds. */
export interface RecalibrationResults {
  readonly settings: RecalibrationSettings;
  readonly networks: readonly Omit<NetworkResult, "settings">[];
}

/** Names of the trainings, in the order of the columns. */
export const trainingNames = Object.keys(trainings) as Training[];

/** Cells of the table: in per cent the mean over the seeds, and their range. */
export function accuracyRows({ networks }: RecalibrationResults): string[][] {
  const names = Object.keys(networks[0].accuracies);
  return names.map((name) => [
    name,
    ...trainingNames.map((training) => {
      const shares = networks.filter(({ run }) => run.training === training)
        .map(({ accuracies }) => accuracies[name]);
      return meanAndRange(shares);
    }),
  ]);
}

/** The results as text of at most 100 columns. */
export function textReport(results: RecalibrationResults): string {
  return [
    "Accuracy in per cent, mean over the seeds and their range, by what was recalibrated over",
    "",
    ...table(["", ...trainingNames], accuracyRows(results)),
  ].join("\n");
}

/** The results as JSON, a network a line. */
export function resultsJson({ settings, networks }: RecalibrationResults): string {
  const lines = networks.map((network) => `    ${JSON.stringify(network)}`);
  return `{\n  "settings": ${JSON.stringify(settings)},\n  "networks": [\n${
    lines.join(",\n")
  }\n  ]\n}\n`;
}
