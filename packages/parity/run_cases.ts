import type { Layout } from "@renorm/core-math";
import type { StorageType } from "@renorm/webgpu-kernels";
import { type CaseComparison, compareCase } from "./compare_case.ts";
import type { GoldenCase } from "./golden_case.ts";
import { bitsOf } from "./output_bits.ts";
import { type CaseLayerFactory, runCase } from "./run_case.ts";

/** What one case gave on one target in one layout: a comparison, or the error that ended it. */
export interface ParityResult {
  readonly name: string;
  readonly target: string;
  readonly layout: Layout;
  readonly comparison?: CaseComparison;
  /** What {@linkcode bitsOf} makes of the outputs. */
  readonly bits?: string;
  readonly error?: string;
}

/**
 * Runs cases in both layouts on layers that `createLayer` makes.
 *
 * @param k Factor of the tolerance rule.
 * @param storage How tensors are stored on the target.
 */
export async function* runCases(
  cases: readonly GoldenCase[],
  target: string,
  createLayer: CaseLayerFactory,
  k: number,
  storage: StorageType = "float32",
): AsyncIterable<ParityResult> {
  for (const golden of cases) {
    for (const layout of ["channels-first", "channels-last"] as const) {
      const row = { name: golden.name, target, layout };
      try {
        const outputs = await runCase(golden, layout, createLayer);
        const comparison = compareCase(golden, outputs, k, storage);
        yield { ...row, comparison, bits: await bitsOf(outputs) };
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
