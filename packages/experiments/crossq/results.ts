/** What came of the runs: as JSON, and as a table. */
import { table } from "@renorm/terminal/text_table";
import { mean } from "../training/mean.ts";
import { compared, type CrossqSettings, type Run, tried, type Variant } from "./settings.ts";
import type { RunResult } from "./train.ts";

/** A run in the results. */
export interface KeptRun extends Run {
  /** The mean return at each evaluation, the first after `evaluateEvery` steps. */
  readonly returns: readonly number[];
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** What `results.json` holds. */
export interface CrossqResults {
  readonly machine: string;
  /** The day of the latest run. */
  readonly date: string;
  readonly settings: CrossqSettings;
  readonly runs: readonly KeptRun[];
}

/** A return that says the pendulum is swung up and held, from any start. */
export const solved = -200;

/** The results of runs of the same settings, rounded to what is told of them. */
export function resultsOf(runs: readonly RunResult[]): CrossqResults {
  const round = (value: number) => Math.round(10 * value) / 10;
  return {
    machine: `${navigator.hardwareConcurrency} cores, ${Deno.build.target}`,
    date: runs.map(({ date }) => date).sort().at(-1)!,
    settings: runs[0].settings,
    runs: runs.map(({ run, evaluations, seconds, processorSeconds }) => ({
      ...run,
      returns: evaluations.map((evaluation) => round(evaluation.return)),
      seconds: round(seconds),
      processorSeconds: round(processorSeconds),
    })),
  };
}

/** The results as JSON, a run a line. */
export function resultsJson({ runs, ...others }: CrossqResults): string {
  const head = JSON.stringify(others, null, 2).replace(/\n}$/, "");
  const lines = runs.map((run) => `    ${JSON.stringify(run)}`);
  return `${head},\n  "runs": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

/** The runs of a variant. */
export function runsOf({ runs }: CrossqResults, variant: Variant): KeptRun[] {
  return runs.filter((run) => run.variant === variant);
}

/** The first evaluated step at which a run has solved it; null if at none. */
export function solvedAt({ returns }: KeptRun, { evaluateEvery }: CrossqSettings): number | null {
  const first = returns.findIndex((value) => value >= solved);
  return first < 0 ? null : (first + 1) * evaluateEvery;
}

/** Steps at which the table tells the returns: a fifth, a half and all of them. */
function toldSteps({ steps }: CrossqSettings): number[] {
  return [steps / 5, steps / 2, steps];
}

/** Headings of the table. */
function tableHead({ settings }: CrossqResults): string[] {
  return ["", ...toldSteps(settings).map((step) => `at ${step}`), `${solved} at step`];
}

/** Cells of the table: mean return over the seeds and their range, and when −200 is reached. */
export function tableRows(results: CrossqResults, variants: readonly Variant[]): string[][] {
  const { settings } = results;
  return variants.filter((variant) => runsOf(results, variant).length > 0).map((variant) => {
    const runs = runsOf(results, variant);
    const told = toldSteps(settings).map((step) => {
      const returns = runs.map((run) => run.returns[Math.round(step / settings.evaluateEvery) - 1]);
      const [low, high] = [Math.min(...returns), Math.max(...returns)];
      return `${mean(returns).toFixed(0)} (${low.toFixed(0)}, ${high.toFixed(0)})`;
    });
    const arrivals = runs.map((run) => solvedAt(run, settings)).filter((step) => step !== null);
    const when = arrivals.length < runs.length
      ? `${arrivals.length} of ${runs.length} seeds`
      : `${Math.min(...arrivals)} to ${Math.max(...arrivals)}`;
    return [variant, ...told, when];
  });
}

/** The results as text of at most 100 columns. */
export function textReport(results: CrossqResults): string {
  return [
    `Mean return over the seeds and their range, by step, and the first step with ${solved} or better`,
    "",
    ...table(tableHead(results), tableRows(results, [...compared, ...tried])),
  ].join("\n");
}
