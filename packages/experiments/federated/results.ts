/** What the runs of federated training say, as JSON, as text and in sentences. */
import { percent } from "@renorm/terminal/percent";
import { table, wrap } from "@renorm/terminal/text_table";
import { mean } from "../training/mean.ts";
import { type FederatedSettings, type Method, methods } from "./settings.ts";
import type { TrainedRun } from "./train.ts";

/** Everything that the experiment shows; what `results.json` holds. */
export interface FederatedResults {
  readonly settings: FederatedSettings;
  readonly runs: readonly TrainedRun[];
}

/** The results as JSON, a run a line, numbers with four digits. */
export function resultsJson({ settings, runs }: FederatedResults): string {
  const short = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value;
  const lines = runs.map((run) => `    ${JSON.stringify(run, short)}`);
  return `{\n  "settings": ${JSON.stringify(settings)},\n  "runs": [\n${
    lines.join(",\n")
  }\n  ]\n}\n`;
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
  const one = (share: number) => (100 * share).toFixed(1);
  return methods.map((method) => [
    method,
    ...columns.map((column) => {
      const shares = accuraciesOf(results, method, column);
      if (shares === null) return "";
      const range = `${one(Math.min(...shares))}–${one(Math.max(...shares))}`;
      return shares.length === 1 ? one(shares[0]) : `${one(mean(shares))} (${range})`;
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
