/** What the runs of federated training say, as JSON, as text and in sentences. */
import { percent } from "@renorm/terminal/percent";
import { table, wrap } from "@renorm/terminal/text_table";
import { meanAndRange } from "../report/mean_and_range.ts";
import { mean } from "../training/mean.ts";
import { type FederatedSettings, type Method, methods } from "./settings.ts";
import type { TrainedRun } from "./train.ts";

/** Everything that the experiment shows; what `results.json` holds. */
export interface FederatedResults {
  readonly settings: FederatedSettings;
  readonly runs: readonly TrainedRun[];
}

/** Accuracies of the last model of each method. */
const measures = {
  "all digits": ({ rounds }: TrainedRun) => rounds.at(-1)!.accuracy,
  "own digits": ({ rounds }: TrainedRun) => rounds.at(-1)!.ownAccuracy,
  "remeasured": ({ remeasured }: TrainedRun) => remeasured,
};

/** The columns of the table. */
export const columns = ["all digits", "own digits", "remeasured"] as const;

/** The accuracies of a method by seed, null for what it has not. */
export function accuraciesOf(
  { runs }: FederatedResults,
  method: Method,
  column: (typeof columns)[number],
): number[] | null {
  const shares = runs.filter(({ run }) => run.method === method).map(measures[column]);
  return shares.every((share) => share !== null) ? shares : null;
}

/** The rows of the table: in per cent the mean over the seeds, and their range. */
export function accuracyRows(results: FederatedResults): string[][] {
  return methods.map((method) => [
    method,
    ...columns.map((column) => {
      const shares = accuraciesOf(results, method, column);
      return meanAndRange(shares ?? []);
    }),
  ]);
}

/** What one sees, in sentences with the numbers of these results. */
export function conclusions(results: FederatedResults): string[] {
  const meanOf = (method: Method) => mean(accuraciesOf(results, method, "all digits")!);
  const ranked = methods.toSorted((a, b) => meanOf(b) - meanOf(a));
  const all = ranked.map((method) => `${method}: ${percent(meanOf(method))}`).join("; ");
  const rounds = results.settings.rounds;
  return [`Accuracy on all test digits after ${rounds} rounds, the best first: ${all}.`];
}

/** The results as text of at most 100 columns. */
export function textReport(results: FederatedResults): string {
  return [
    "Accuracy in per cent after the last round, mean over the seeds and their range",
    "",
    ...table(["", ...columns], accuracyRows(results)),
    "",
    ...conclusions(results).flatMap((sentence) => wrap(sentence, 100)),
  ].join("\n");
}
