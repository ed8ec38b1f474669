import assert from "node:assert/strict";
import fc from "fast-check";
import { assertHolds, assertSame } from "@renorm/testing/assertions";
import type { Moments } from "./math/moments.ts";
import type { RunningStats } from "./tensor.ts";
import { updateRunningStats, type UpdateRunningStatsOptions } from "./update_running_stats.ts";

function batchOf(mean: number[], variance: number[], m = 4): Moments {
  return { mean: new Float64Array(mean), variance: new Float64Array(variance), m };
}

function runningOf(mean: number[], variance: number[]): RunningStats {
  return { runningMean: new Float32Array(mean), runningVar: new Float32Array(variance) };
}

Deno.test("updateRunningStats() moves by momentum toward the mean and the chosen variance", () => {
  // The unbiased variance of the batch is 3 · 4/3 = 4.
  const cases: [UpdateRunningStatsOptions, number, number][] = [
    [{ momentum: 0.5 }, 6, 6],
    [{ momentum: 0.5, runningVariance: "unbiased" }, 6, 6],
    [{ momentum: 0.5, runningVariance: "biased" }, 6, 5.5],
    [{ momentum: 0.25 }, 4, 7],
    [{ momentum: 0 }, 2, 8],
    [{ momentum: 1 }, 10, 4],
    [{}, 2 + 0.1 * 8, 8 - 0.1 * 4],
  ];
  for (const [options, mean, variance] of cases) {
    const running = runningOf([2], [8]);
    const { runningMean, runningVar } = running;
    assert.equal(updateRunningStats(running, batchOf([10], [3]), options), 0);
    assertSame(running, runningOf([mean], [variance]), JSON.stringify(options));
    assert.ok(running.runningMean === runningMean && running.runningVar === runningVar);
  }
});

Deno.test("updateRunningStats() leaves a batch like the running statistics where it is", () => {
  const value = fc.float({ min: -1000, max: 1000, noNaN: true });
  const momentum = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
  assertHolds(fc.property(value, value.map(Math.abs), momentum, (mean, variance, momentum) => {
    const running = runningOf([mean], [variance]);
    const batch = batchOf([...running.runningMean], [...running.runningVar]);
    updateRunningStats(running, batch, { momentum, runningVariance: "biased" });
    assert.ok(running.runningMean[0] === mean && running.runningVar[0] === variance);
  }));
});

Deno.test("updateRunningStats() gives the batch's values at momentum 1, however large the old ones", () => {
  const value = fc.float({ min: -1000, max: 1000, noNaN: true });
  const old = fc.float({ min: Math.fround(-1e30), max: Math.fround(1e30), noNaN: true });
  assertHolds(fc.property(value, value.map(Math.abs), old, (mean, variance, old) => {
    const running = runningOf([old], [Math.abs(old)]);
    updateRunningStats(running, batchOf([mean], [variance]), {
      momentum: 1,
      runningVariance: "biased",
    });
    assert.ok(running.runningMean[0] === mean && running.runningVar[0] === variance);
  }));
});

Deno.test("updateRunningStats() keeps the digits of a small batch at a momentum near 1", () => {
  // 2^-30 of 2^20 is 2^-10; the batch's 2^-20 stands beside it whole.
  const running = runningOf([2 ** 20], [2 ** 20]);
  const batch = batchOf([2 ** -20], [2 ** -20]);
  updateRunningStats(running, batch, { momentum: 1 - 2 ** -50, runningVariance: "biased" });
  const expected = Math.fround(2 ** -30 + 2 ** -20);
  assertSame(running, runningOf([expected], [expected]));
});

// Channel 0 is sound; the others are NaN, infinite, or too large for float32.
const spoilt = batchOf([10, NaN, 0, Infinity, 1e39, 0], [3, 3, NaN, 3, 3, 1e39]);
const spoiltRunning = () => runningOf([2, 2, 2, 2, 2, 2], [8, 8, 8, 8, 8, 8]);

Deno.test("updateRunningStats() skips channels that are not finite and counts them", () => {
  for (const options of [{}, { onNonFinite: "skip" }] as const) {
    const running = spoiltRunning();
    assert.equal(updateRunningStats(running, spoilt, { momentum: 0.5, ...options }), 5);
    assertSame(running, runningOf([6, 2, 2, 2, 2, 2], [6, 8, 8, 8, 8, 8]));
  }
});

Deno.test("updateRunningStats() skips a variance that only Bessel's factor makes too large", () => {
  // 3e38 is a float32, 4e38 is not.
  const running = runningOf([0], [1]);
  assert.equal(updateRunningStats(running, batchOf([0], [3e38]), {}), 1);
  assertSame(running, runningOf([0], [1]));
  const biased = { runningVariance: "biased", momentum: 1 } as const;
  assert.equal(updateRunningStats(running, batchOf([0], [3e38]), biased), 0);
  assertSame(running.runningVar, [Math.fround(3e38)]);
});

Deno.test("updateRunningStats() throws before anything has changed, when told to", () => {
  const running = spoiltRunning();
  assert.throws(() => updateRunningStats(running, spoilt, { onNonFinite: "throw" }), {
    name: "RangeError",
    message: "updateRunningStats expects finite batch statistics: " +
      "got mean NaN and variance 3 in channel 1",
  });
  assertSame(running, spoiltRunning());
  const sound = batchOf([10], [3]);
  assert.equal(updateRunningStats(runningOf([2], [8]), sound, { onNonFinite: "throw" }), 0);
});

Deno.test("updateRunningStats() lets what is not finite in, when told to", () => {
  const running = spoiltRunning();
  const options = { momentum: 0.5, onNonFinite: "propagate" } as const;
  assert.equal(updateRunningStats(running, spoilt, options), 0);
  assertSame(
    running,
    runningOf([6, NaN, 1, Infinity, Infinity, 1], [6, 6, NaN, 6, 6, Infinity]),
  );
});

Deno.test("updateRunningStats() does nothing for an empty batch", () => {
  for (const onNonFinite of ["skip", "throw", "propagate"] as const) {
    const running = runningOf([2], [8]);
    assert.equal(updateRunningStats(running, batchOf([0], [0], 0), { onNonFinite }), 0);
    assertSame(running, runningOf([2], [8]));
  }
});

Deno.test("updateRunningStats() takes a single value for the biased variance alone", () => {
  const running = runningOf([2], [8]);
  assert.throws(() => updateRunningStats(running, batchOf([10], [0], 1)), {
    name: "RangeError",
    message: "updateRunningStats expects m above 1 for an unbiased variance: got m = 1",
  });
  assertSame(running, runningOf([2], [8]));
  const options = { momentum: 0.5, runningVariance: "biased" } as const;
  updateRunningStats(running, batchOf([10], [0], 1), options);
  assertSame(running, runningOf([6], [4]));
});

Deno.test("updateRunningStats() refuses bad options and lengths and changes nothing", () => {
  const cases: [object, string, string][] = [
    [{ momentum: 1.5 }, "RangeError", "momentum to be a number in [0, 1]: got 1.5"],
    [{ momentum: -0.1 }, "RangeError", "momentum to be a number in [0, 1]: got -0.1"],
    [{ momentum: NaN }, "RangeError", "momentum to be a number in [0, 1]: got NaN"],
    [{ momentum: null }, "TypeError", "momentum to be a number in [0, 1]: got null"],
    [
      { runningVariance: "none" },
      "RangeError",
      'runningVariance to be "biased" or "unbiased": got "none"',
    ],
    [
      { onNonFinite: "ignore" },
      "RangeError",
      'onNonFinite to be "skip" or "throw" or "propagate": got "ignore"',
    ],
  ];
  const running = runningOf([2], [8]);
  for (const [options, name, message] of cases) {
    const call = () => updateRunningStats(running, batchOf([10], [3]), options);
    assert.throws(call, { name, message: `updateRunningStats expects ${message}` });
  }
  assert.throws(() => updateRunningStats(running, batchOf([1, 2], [3, 4])), TypeError);
  assertSame(running, runningOf([2], [8]));
});
