import assert from "node:assert/strict";
import { fc } from "../parity/seeded_fast_check.ts";
import type { Moments } from "./moments.ts";
import { renormCorrection, type RunningStats } from "./renorm_correction.ts";
import { updateRunningStats } from "./update_running_stats.ts";

function batch(mean: number[], variance: number[], m = 4): Moments {
  return { mean: Float64Array.from(mean), variance: Float64Array.from(variance), m };
}

function running(mean: number[], variance: number[]): RunningStats {
  return { runningMean: Float32Array.from(mean), runningVar: Float32Array.from(variance) };
}

Deno.test("renormCorrection() is the ratio and the distance, clipped on both sides", () => {
  const stats = running([0, 0, 0, 1], [3, 3, 3, 3]);
  const { r, d } = renormCorrection(batch([2, -20, 20, 1], [15, 0, 999, 3]), stats, {
    eps: 1,
    rmax: 3,
    dmax: 5,
  });
  // √(15 + 1) / √(3 + 1) = 2, √1 / 2 = 0.5, √1000 / 2 clipped, 1.
  assert.deepEqual([...r], [2, 0.5, 3, 1]);
  assert.deepEqual([...d], [1, -5, 5, 0]);
  assert.equal(renormCorrection(batch([0], [0]), running([0], [99]), { eps: 1 }).r[0], 1 / 3);
});

Deno.test("renormCorrection() with limits 1 and 0 is exactly 1 and +0", () => {
  const { r, d } = renormCorrection(batch([-7, 7], [5, 0.1]), running([1, 2], [3, 4]), {
    rmax: 1,
    dmax: 0,
  });
  assert.deepEqual([...r], [1, 1]);
  assert.ok(d.every((value) => Object.is(value, 0)));
});

Deno.test("updateRunningStats() tracks the unbiased variance by default, the biased one when asked", () => {
  const unbiased = running([0], [0]);
  updateRunningStats(unbiased, batch([1], [3]), { momentum: 1 });
  assert.deepEqual([unbiased.runningMean[0], unbiased.runningVar[0]], [1, 4]);
  const biased = running([0], [0]);
  updateRunningStats(biased, batch([1], [3]), { momentum: 1, runningVariance: "biased" });
  assert.equal(biased.runningVar[0], 3);
});

Deno.test("updateRunningStats() leaves statistics that equal the batch on the bit", () => {
  const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 });
  fc.assert(fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), (v, momentum) => {
    const stats = running([v], [v]);
    updateRunningStats(stats, batch([v], [v]), { momentum, runningVariance: "biased" });
    assert.deepEqual([stats.runningMean[0], stats.runningVar[0]], [v, v]);
  }));
});

Deno.test("updateRunningStats() skips channels that are not finite in float32 and counts them", () => {
  const stats = running([1, 1, 1, 1], [2, 2, 2, 2]);
  const values = batch([NaN, Infinity, 0, 0], [1, 1, 1e39, 2]);
  const options = { momentum: 0.5, runningVariance: "biased" } as const;
  assert.equal(updateRunningStats(stats, values, options), 3);
  assert.deepEqual([...stats.runningMean], [1, 1, 1, 0.5]);
  assert.deepEqual([...stats.runningVar], [2, 2, 2, 2]);
});

Deno.test("updateRunningStats() throws before any change, or lets the value through, when told so", () => {
  const stats = running([1, 1], [2, 2]);
  const values = batch([0, NaN], [1, 1]);
  assert.throws(() => updateRunningStats(stats, values, { onNonFinite: "throw" }), {
    name: "RangeError",
    message:
      "updateRunningStats expects finite batch statistics: got mean NaN and variance 1 in channel 1",
  });
  assert.deepEqual([...stats.runningMean, ...stats.runningVar], [1, 1, 2, 2]);
  assert.equal(updateRunningStats(stats, values, { onNonFinite: "propagate" }), 0);
  assert.ok(Number.isNaN(stats.runningMean[1]));
});

Deno.test("updateRunningStats() of an empty batch changes nothing, of one value it is refused", () => {
  const stats = running([1], [2]);
  assert.equal(updateRunningStats(stats, batch([0], [0], 0)), 0);
  assert.deepEqual([stats.runningMean[0], stats.runningVar[0]], [1, 2]);
  assert.throws(() => updateRunningStats(stats, batch([0], [0], 1)), RangeError);
});
