/** The targets of the parity suite: where the golden cases can be run. */
import type { Layout } from "@renorm/core-math";
import { type CaseComparison, compareCase } from "./compare_case.ts";
import { createCpuLayer } from "./cpu_target.ts";
import type { GoldenCase } from "./golden_case.ts";
import { type CaseLayerFactory, runCase } from "./run_case.ts";

/** What one case gave on one target in one layout: a comparison, or the error that ended it. */
export interface ParityResult {
  readonly name: string;
  readonly target: string;
  readonly layout: Layout;
  readonly comparison?: CaseComparison;
  readonly error?: string;
}

/** Runs all cases in both layouts. */
export type Target = (cases: readonly GoldenCase[]) => AsyncIterable<ParityResult>;

/** The known targets by the names that `--targets` takes. */
export const targets: Readonly<Record<string, Target>> = {
  cpu: (cases) => runInProcess(cases, "cpu", createCpuLayer, 1),
};

/** Runs the cases in this process, on layers that `createLayer` makes, with factor `k`. */
export async function* runInProcess(
  cases: readonly GoldenCase[],
  target: string,
  createLayer: CaseLayerFactory,
  k: number,
): AsyncIterable<ParityResult> {
  for (const golden of cases) {
    for (const layout of ["channels-first", "channels-last"] as const) {
      const row = { name: golden.name, target, layout };
      try {
        const outputs = await runCase(golden, layout, createLayer);
        yield { ...row, comparison: compareCase(golden, outputs, k) };
      } catch (error) {
        yield { ...row, error: error instanceof Error ? error.message : String(error) };
      }
    }
  }
}

/** Whether a result is within its allowance. */
export function hasPassed(result: ParityResult): boolean {
  return result.comparison?.passed ?? false;
}
