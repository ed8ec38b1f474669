/** The targets of the parity suite: where the golden cases can be run. */
import { createCpuLayer } from "./cpu_target.ts";
import type { GoldenCase } from "./golden_case.ts";
import { type ParityResult, runCases } from "./run_cases.ts";

/** Runs all cases in both layouts. */
export type Target = (cases: readonly GoldenCase[]) => AsyncIterable<ParityResult>;

/** The known targets by the names that `--targets` takes; what one needs is loaded when it runs. */
export const targets: Readonly<Record<string, Target>> = {
  cpu: (cases) => runCases(cases, "cpu", createCpuLayer, 1),
  async *deno(cases) {
    yield* (await import("./deno_target.ts")).denoTarget(cases);
  },
  async *browser(cases) {
    yield* (await import("./browser_target.ts")).browserTarget(cases);
  },
  async *node(cases) {
    yield* (await import("./node_target.ts")).nodeTarget(cases);
  },
};
