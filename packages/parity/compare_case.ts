import type { StorageType } from "@renorm/webgpu-kernels";
import { comparedArrays, type GoldenCase, type GoldenStep } from "./golden_case.ts";
import { isCompared, type StepOutput } from "./run_case.ts";
import { allowedError, float16Allowance, largestError } from "./tolerance.ts";

/** The place of a case that came nearest to its allowance, or farthest beyond it. */
export interface CaseComparison {
  readonly passed: boolean;
  /** Largest absolute error at that place. */
  readonly error: number;
  /** What the rule allows there. */
  readonly allowed: number;
  /** Array and step, such as `dx in step 3`. */
  readonly place: string;
}

/** Compares the outputs of all steps with the golden values under the tolerance rule. */
export function compareCase(
  golden: GoldenCase,
  outputs: readonly StepOutput[],
  k: number,
  storage: StorageType = "float32",
): CaseComparison {
  const rows = golden.steps.flatMap((step, i) => compareStep(step, outputs[i], k, storage, i + 1));
  return rows.reduce((worst, row) => share(row) > share(worst) ? row : worst);
}

function compareStep(
  step: GoldenStep,
  output: StepOutput,
  k: number,
  storage: StorageType,
  number: number,
): CaseComparison[] {
  const row = (place: string, error: number, allowed: number): CaseComparison => ({
    passed: error <= allowed,
    error,
    allowed,
    place: `${place} in step ${number}`,
  });
  const rows: CaseComparison[] = [];
  for (const name of comparedArrays) {
    const expected = step[name];
    if (expected === undefined) continue;
    const actual = output[name];
    if (expected === null) rows.push(row(name, actual === null ? 0 : Infinity, 0));
    else {
      const torchError = step.torchFloat32MaxAbsError?.[name] ?? 0;
      const error = actual ? largestError(actual, expected) : Infinity;
      const isStored = storage === "float16" && (name === "y" || name === "dx");
      const stored = isStored ? float16Allowance(expected) : 0;
      rows.push(row(name, error, allowedError(expected, torchError, k) + stored));
    }
  }
  for (const name of ["numBatchesTracked", "rmax", "dmax"] as const) {
    const expected = step[name];
    if (expected === undefined) continue;
    // Counters are integers; the limits are float64 and may differ in how they were interpolated.
    const allowed = name === "numBatchesTracked" ? 0 : 1e-12 * expected;
    rows.push(row(name, Math.abs((output[name] ?? NaN) - expected), allowed));
  }
  if (isCompared(step) || rows.length > 0) return rows;
  return [row("nothing to compare", 0, 0)];
}

function share({ passed, error, allowed }: CaseComparison): number {
  if (error === 0) return 0;
  const value = allowed === 0 ? Infinity : error / allowed;
  // NaN passes nothing and must not hide behind a comparison.
  return passed ? value : Number.isNaN(value) ? Infinity : value;
}
