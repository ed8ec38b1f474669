/** Compares what a training gave with a golden file's model, and keeps the worst. */
import type { CaseComparison } from "../compare_case.ts";
import { largestError } from "../tolerance.ts";
import type { GoldenModel } from "./golden_model.ts";

/** How far a loss may be from torch's. */
const lossTolerance = 5e-4;

/** How far a value after the training may be, relative to what it must be. */
const finalTolerance = 1e-3;

/** What came out of a training. */
export interface Training {
  /** The loss of each step. */
  readonly losses: readonly number[];
  /** The tensors after the last step that the golden file names. */
  readonly final: Readonly<Record<string, ArrayLike<number>>>;
  /** In eval, of the first batch. */
  readonly evalLogits: ArrayLike<number>;
}

/** The place that came nearest to its allowance, or farthest beyond it. */
export function compareTraining(golden: GoldenModel, training: Training): CaseComparison {
  const losses = golden.losses.map((loss, i) =>
    comparison(`loss of step ${i + 1}`, Math.abs(training.losses[i] - loss), lossTolerance)
  );
  const final = Object.entries(golden.final).map(([path, expected]) =>
    compareValues(`final ${path}`, training.final[path], expected)
  );
  const evalLogits = compareValues(
    "eval logits",
    training.evalLogits,
    golden.evalLogitsOfFirstBatch,
  );
  const rows = [...losses, ...final, evalLogits];
  return rows.reduce((worst, row) => share(row) > share(worst) ? row : worst);
}

function compareValues(
  place: string,
  actual: ArrayLike<number>,
  expected: readonly number[],
): CaseComparison {
  return comparison(place, largestRelativeError(actual, expected), finalTolerance);
}

/**
 * Relative to each value; what is small beside the others, where rounding shows, to their
 * hundredth.
 */
function largestRelativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const least = Math.max(...expected.map(Math.abs)) / 100 || 1;
  const inverse = expected.map((value) => 1 / Math.max(Math.abs(value), least));
  const relative = (values: ArrayLike<number>) => Array.from(values, (v, i) => v * inverse[i]);
  return largestError(relative(actual), relative(expected));
}

function comparison(place: string, error: number, allowed: number): CaseComparison {
  return { passed: error <= allowed, error, allowed, place };
}

function share({ error, allowed }: CaseComparison): number {
  return Number.isNaN(error) ? Infinity : error / allowed;
}
