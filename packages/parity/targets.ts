/** The targets of the parity suite: where the golden cases can be run. */
import { browserTarget } from "./browser_target.ts";
import { createCpuLayer } from "./cpu_target.ts";
import { denoTarget } from "./deno_target.ts";
import type { GoldenCase } from "./golden_case.ts";
import { nodeTarget } from "./node_target.ts";
import { type ParityResult, runCases } from "./run_cases.ts";

/** Runs all cases in both layouts. */
export type Target = (cases: readonly GoldenCase[]) => AsyncIterable<ParityResult>;

/** The known targets by the names that `--targets` takes. */
export const targets: Readonly<Record<string, Target>> = {
  cpu: (cases) => runCases(cases, "cpu", createCpuLayer, 1),
  deno: denoTarget,
  browser: browserTarget,
  node: nodeTarget,
};
