import assert from "node:assert/strict";
import { compareCase } from "../compare_case.ts";
import type { GoldenCase } from "../golden_case.ts";
import type { StepOutput } from "../run_case.ts";
import { caseFolders } from "./case_folders.ts";
import { type ChannelNorm, runInNumbers } from "./layer_in_numbers.ts";

/** Faults that targets had, each of which passed every golden file of its time. */
const faults = [
  "an update that leaves digits of the old statistics behind",
  "sums of one value after the other",
  "a first value as the only centre",
  "the factors of dx apart, where they underflow",
  "r without its lower limit",
  "d without limits",
  "a biased variance in the statistics of batch norm",
  "masked positions in dWeight",
  "masked positions in dBias",
  "masked positions in the moments",
  "m of masked positions too",
  "another map at masked positions",
  "statistics that move where nothing counts",
] as const;

type Fault = typeof faults[number];

const f = Math.fround;
/** As a GPU may: what is below float32's normal range is 0. */
const flushed = (value: number) => Math.abs(value) < 2 ** -126 ? 0 : f(value);

function sumInTurn(values: Float64Array): number {
  return values.reduce((sum, value) => f(sum + value), 0);
}

function pairwiseSum(values: Float64Array): number {
  if (values.length <= 4) return sumInTurn(values);
  const middle = values.length >> 1;
  return f(pairwiseSum(values.subarray(0, middle)) + pairwiseSum(values.subarray(middle)));
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.of(...a, ...b);
}

/** What masked positions add to S0 and S1 where a fault counts them. */
function moreOf(fault: Fault | null, dy: Float64Array, z: Float64Array): [number, number] {
  return [
    fault === "masked positions in dBias" ? pairwiseSum(dy) : 0,
    fault === "masked positions in dWeight" ? pairwiseSum(dy.map((value, i) => value * z[i])) : 0,
  ];
}

/** A norm in float32 as a good target has it, but for one fault. */
function float32Norm(isRenorm: boolean, fault: Fault | null): ChannelNorm {
  const sum = fault === "sums of one value after the other" ? sumInTurn : pairwiseSum;
  return {
    train(step) {
      const { x, dy, eps, momentum, runningMean, runningVar, rmax, dmax, weight, bias } = step;
      const seen = fault === "masked positions in the moments" ? joined(x, step.masked.x) : x;
      const shift = f(sum(seen.map((value) => f(value - seen[0]))) / seen.length);
      const near = f(seen[0] + shift);
      const rest = f(sum(seen.map((value) => f(value - near))) / seen.length);
      const isOneLook = fault === "a first value as the only centre";
      const centre = (value: number) =>
        isOneLook ? f(f(value - seen[0]) - shift) : f(f(value - near) - rest);
      const centred = x.map(centre);
      const mean = isOneLook ? near : f(near + rest);
      const variance = f(sum(seen.map((value) => f(centre(value) ** 2))) / seen.length);
      const m = fault === "m of masked positions too" ? x.length + step.masked.x.length : x.length;
      const [std, runningStd] = [Math.sqrt(variance + eps), Math.sqrt(runningVar + eps)];
      const [ratio, distance] = [
        std / runningStd,
        f(f(near - runningMean) + (isOneLook ? 0 : rest)) / runningStd,
      ];
      const low = fault === "r without its lower limit" ? 0 : 1 / rmax;
      const r = isRenorm ? f(Math.min(Math.max(ratio, low), rmax)) : 1;
      const widest = fault === "d without limits" ? Infinity : dmax;
      const d = isRenorm ? f(Math.min(Math.max(distance, -widest), widest)) : 0;
      const z = centred.map((value) => f(value / std));
      const [s0, s1] = [sum(dy), sum(dy.map((value, i) => f(value * z[i])))];
      const zMasked = step.masked.x.map((value) => f(centre(value) / std));
      const [more0, more1] = moreOf(fault, step.masked.dy, zMasked);
      const y = (z: number) => f(f(weight * f(f(z * r) + d)) + bias);
      const slope = f(weight * r / std);
      const apart = flushed(flushed(flushed(f(s1 / m) / std) / std) * (weight * r));
      const dx = fault === "the factors of dx apart, where they underflow"
        ? dy.map((value, i) => f(f(slope * f(value - f(s0 / m))) - f(apart * centred[i])))
        : dy.map((value, i) => f(slope * f(f(value - f(s0 / m)) - f(z[i] * f(s1 / m)))));
      const isUnbiased = !isRenorm &&
        fault !== "a biased variance in the statistics of batch norm";
      const tracked = isUnbiased ? f(variance * (m / (m - 1))) : variance;
      const move = (old: number, fresh: number) =>
        fault === "an update that leaves digits of the old statistics behind"
          ? f(old + f(momentum * f(fresh - old)))
          : f(f((1 - momentum) * old) + f(momentum * fresh));
      return {
        y: z.map(y),
        yMasked: fault === "another map at masked positions" ? zMasked.fill(0) : zMasked.map(y),
        dx,
        dWeight: f(f(r * (s1 + more1)) + f(d * s0)),
        dBias: s0 + more0,
        runningMean: move(runningMean, mean),
        runningVar: move(runningVar, tracked),
        slope,
      };
    },
    infer(step) {
      const { x, dy, masked, weight, bias, runningMean, runningVar, momentum } = step;
      const std = f(Math.sqrt(runningVar + step.eps));
      const normalized = (value: number) => f(f(value - runningMean) / std);
      const y = (z: number) => f(f(weight * z) + bias);
      const [z, zMasked] = [x.map(normalized), masked.x.map(normalized)];
      const [more0, more1] = moreOf(fault, masked.dy, zMasked);
      const moves = fault === "statistics that move where nothing counts";
      return {
        y: z.map(y),
        yMasked: zMasked.map(y),
        dx: dy.map((value) => f(value * f(weight / std))),
        dWeight: pairwiseSum(dy.map((value, i) => f(value * z[i]))) + more1,
        dBias: pairwiseSum(dy) + more0,
        runningMean: moves ? f((1 - momentum) * runningMean) : runningMean,
        runningVar: moves ? f((1 - momentum) * runningVar) : runningVar,
        slope: weight / std,
      };
    },
  };
}

/** Whether the norm passes a case as a GPU has to, with four times torch's error. */
function passes(golden: GoldenCase, fault: Fault | null): boolean {
  const steps = runInNumbers(golden, float32Norm(golden.kind === "batch_renorm", fault));
  const outputs = steps.map((arrays, i): StepOutput => {
    const list = (values: number[] | null) => values && Float32Array.from(values);
    const { y, dx, dWeight, dBias, runningMean, runningVar } = arrays;
    const { numBatchesTracked = 0, rmax = 1, dmax = 0 } = golden.steps[i];
    return {
      ...{ y: list(y), dx: list(dx), dWeight: list(dWeight), dBias: list(dBias) },
      ...{ runningMean: list(runningMean), runningVar: list(runningVar) },
      ...{ numBatchesTracked, rmax, dmax },
    };
  });
  return compareCase(golden, outputs, 4).passed;
}

const cases = [...caseFolders(21, Array.from({ length: 150 }, (_, i) => i))]
  .flatMap(({ cases, masked }) => [...masked, ...cases]);

Deno.test("float32 with short sums and two looks at the mean passes every case that is drawn", () => {
  assert.deepEqual(cases.filter((golden) => !passes(golden, null)).map(({ name }) => name), []);
});

for (const fault of faults) {
  Deno.test(`cases that are drawn find ${fault}`, () => {
    assert.ok(cases.some((golden) => !passes(golden, fault)));
  });
}
