import {
  type ComparedArray,
  comparedArrays,
  type GoldenCase,
  type GoldenStep,
} from "../golden_case.ts";
import { largestError } from "../tolerance.ts";
import { float64Reference } from "./float64_reference.ts";
import { asWritten, isBatch, runInNumbers, type Way } from "./layer_in_numbers.ts";
import { settingsOf } from "./settings.ts";
import { torchFloat32 } from "./torch_float32.ts";

/** Every value once, in steps of about this share of them. */
const strided = (share: number) => (i: number, m: number) => {
  let stride = Math.max(1, Math.round(share * m));
  while (m > 0 && hasCommonDivisor(stride, m)) stride++;
  return (i * stride) % m;
};

/**
 * torch's error is one of many that it might have had: with the values as they are and in other
 * orders, and with the running statistics, which are kept in float32, a last digit up or down.
 */
const ways: readonly Way[] = [
  asWritten,
  { order: strided(0.618), keep: (statistic) => Math.fround(statistic * (1 + 2 ** -23)) },
  { order: strided(0.414), keep: (statistic) => Math.fround(statistic * (1 - 2 ** -23)) },
  { order: strided(0.732), keep: asWritten.keep },
  { order: (i, m) => m - 1 - i, keep: asWritten.keep },
  { order: (i, m) => (i + (m >> 1)) % m, keep: asWritten.keep },
];

/**
 * The error of the model of torch's float32 in each array of each step, against given values: the
 * largest of the ways, so that no target is judged by a lucky one, and in dx one rounding at least.
 */
export function torchErrors(
  golden: GoldenCase,
  exact: readonly Partial<Record<ComparedArray, readonly number[] | null>>[],
): Record<string, number>[] {
  const norm = torchFloat32(golden.kind === "batch_renorm");
  const runs = ways.map((way) => runInNumbers(golden, norm, way));
  return exact.map((step, i) =>
    Object.fromEntries(comparedArrays.flatMap((name) => {
      const wanted = step[name];
      if (!wanted) return [];
      const errors = runs.map((run) => largestError(run[i][name] ?? [], wanted));
      const rounding = name === "dx" ? 2 ** -24 * runs[0][i].largestTerm : 0;
      return [[name, Math.max(rounding, ...errors)]];
    }))
  );
}

/**
 * The case with the values of the float64 reference and the errors of torch's float32. An array
 * that torch itself cannot compute in float32 is left out of the comparison, and with y the step.
 *
 * @throws {Error} When the reference is not finite: such a case says nothing.
 */
export function withExpectedValues(inputs: GoldenCase): GoldenCase {
  const settings = settingsOf(inputs);
  const exact = runInNumbers(inputs, float64Reference(settings.isRenorm));
  if (!exact.every(({ y, dx }) => [...y, ...dx].every(Number.isFinite))) {
    throw new Error(`${inputs.name} has no finite values`);
  }
  const errors = torchErrors(inputs, exact);
  let batches = inputs.initial.numBatchesTracked;
  const steps = inputs.steps.map((step, i): GoldenStep => {
    const isCounted = step.training && isBatch(step);
    if (isCounted) batches++;
    const isLeftOut = (name: string) => !Number.isFinite(errors[i][name] ?? 0);
    // Without y a step is there to move the statistics: no backward is run.
    const arrays = isLeftOut("y") ? [] : Object.entries(exact[i])
      .filter(([name]) => name !== "largestTerm" && !isLeftOut(name));
    const counts = step.training && settings.tracked ? { numBatchesTracked: batches } : {};
    const limits = isCounted && settings.isRenorm ? settings.limitsAt(batches) : {};
    return {
      ...step,
      ...counts,
      ...limits,
      ...Object.fromEntries(arrays),
      torchFloat32MaxAbsError: errors[i],
    };
  });
  return { ...inputs, steps };
}

function hasCommonDivisor(a: number, b: number): boolean {
  while (b > 0) [a, b] = [b, a % b];
  return a > 1;
}
