import assert from "node:assert/strict";
import { assertClose, assertSame } from "@renorm/testing/assertions";
import type { Moments } from "./math/moments.ts";
import { renormCorrection, type RenormCorrectionOptions } from "./renorm_correction.ts";
import type { RunningStats } from "./tensor.ts";

function batchOf(mean: number[], variance: number[]): Moments {
  return { mean: new Float64Array(mean), variance: new Float64Array(variance), m: 8 };
}

function runningOf(mean: number[], variance: number[]): RunningStats {
  return { runningMean: new Float32Array(mean), runningVar: new Float32Array(variance) };
}

// With eps 1 the running deviation is √(3 + 1) = 2.
const running = runningOf([1, 1, 1, 1], [3, 3, 3, 3]);

Deno.test("renormCorrection() divides deviations and distances by the running deviation", () => {
  const batch = batchOf([5, 1, 0, -7], [15, 3, 0, 24]);
  const correction = renormCorrection(batch, running, { eps: 1 });
  assertSame(correction, { r: [2, 1, 0.5, 2.5], d: [2, 0, -0.5, -4] });
});

Deno.test("renormCorrection() clips r to [1/rmax, rmax] and d to [-dmax, dmax]", () => {
  const batch = batchOf([21, -19, 2, 1.25], [63, 0, 3, 8]);
  const correction = renormCorrection(batch, running, { eps: 1, rmax: 1.25, dmax: 0.25 });
  assertSame(correction, { r: [1.25, 0.8, 1, 1.25], d: [0.25, -0.25, 0.25, 0.125] });
  // The same without a limit in the way.
  const open = renormCorrection(batch, running, { eps: 1, rmax: Infinity, dmax: Infinity });
  assertSame(open, { r: [4, 0.5, 1, 1.5], d: [10, -10, 0.5, 0.125] });
});

Deno.test("renormCorrection() takes rmax 3, dmax 5 and eps 1e-5 where none are given", () => {
  const batch = batchOf([100, -100, 0], [1e6, 0, 0]);
  const { r, d } = renormCorrection(batch, runningOf([0, 0, 0], [1, 1, 3e-5]));
  // The third channel is √1e-5 / √(3e-5 + 1e-5).
  assertClose(r, [3, 1 / 3, 0.5], 1e-7);
  assertSame(d, [5, -5, 0]);
});

Deno.test("renormCorrection() adds eps to both variances, so two zeros agree", () => {
  const correction = renormCorrection(batchOf([0], [0]), runningOf([0], [0]));
  assertSame(correction, { r: [1], d: [0] });
});

Deno.test("renormCorrection() with rmax = 1 and dmax = 0 is exactly 1 and 0, never −0", () => {
  const batch = batchOf([9, -9, 1, 0], [63, 0, 3, 1e-30]);
  const correction = renormCorrection(batch, running, { rmax: 1, dmax: 0 });
  assertSame(correction, { r: [1, 1, 1, 1], d: [0, 0, 0, 0] });
});

Deno.test("renormCorrection() leaves what it is given alone", () => {
  const batch = batchOf([5], [15]);
  const stats = runningOf([1], [3]);
  renormCorrection(batch, stats, { eps: 1 });
  assertSame([batch, stats], [batchOf([5], [15]), runningOf([1], [3])]);
});

Deno.test("renormCorrection() lets a channel that is not finite spoil itself only", () => {
  const batch = batchOf([NaN, 5, 5], [15, NaN, 15]);
  const correction = renormCorrection(batch, runningOf([1, 1, 1], [3, 3, 3]), { eps: 1 });
  assertSame(correction, { r: [2, NaN, 2], d: [NaN, 2, 2] });
});

Deno.test("renormCorrection() refuses limits, eps and statistics that cannot be", () => {
  const batch = batchOf([5, 5, 5, 5], [1, 1, 1, 1]);
  const cases: [unknown, unknown, string, string][] = [
    [running, { rmax: 0.5 }, "RangeError", "rmax to be a number of at least 1: got 0.5"],
    [running, { rmax: NaN }, "RangeError", "rmax to be a number of at least 1: got NaN"],
    [running, { rmax: "3" }, "TypeError", 'rmax to be a number of at least 1: got "3"'],
    [running, { dmax: -1 }, "RangeError", "dmax to be a number of at least 0: got -1"],
    [running, { eps: 0 }, "RangeError", "eps to be finite and above 0: got 0"],
    [running, { eps: Infinity }, "RangeError", "eps to be finite and above 0: got Infinity"],
    [running, { rMax: 3 }, "TypeError", 'options among eps, rmax, dmax: got "rMax"'],
    [{}, {}, "TypeError", "runningMean to be a Float32Array or Float64Array: got undefined"],
    [
      { ...running, runningVar: null },
      {},
      "TypeError",
      "runningVar to be a Float32Array or Float64Array: got null",
    ],
    [runningOf([1], [3]), {}, "TypeError", "runningMean to have 4 values, one per channel: got 1"],
    [
      { ...running, runningVar: [1, 1, 1, 1] },
      {},
      "TypeError",
      "runningVar to be a Float32Array or Float64Array: got [1, 1, 1, 1]",
    ],
  ];
  for (const [stats, options, name, message] of cases) {
    const call = () =>
      renormCorrection(batch, stats as RunningStats, options as RenormCorrectionOptions);
    assert.throws(call, { name, message: `renormCorrection expects ${message}` });
  }
});
