import assert from "node:assert/strict";
import { limitsAt } from "./limits_at.ts";
import { constant, linearWarmup, paperSchedule, stepAfter } from "./presets.ts";
import { scaleTo } from "./scale_to.ts";

Deno.test("scaleTo() lands the last knot on the given step and keeps the proportions", () => {
  const scaled = scaleTo(paperSchedule(), 4000);
  for (const step of [0, 5000, 25_000, 30_000, 40_000]) {
    assert.deepEqual(limitsAt(scaled, step / 10), limitsAt(paperSchedule(), step));
  }
});

Deno.test("scaleTo() keeps a jump a jump and a constant a constant", () => {
  assert.deepEqual(scaleTo(stepAfter(100), 7), { rmax: [[7, 1], [7, 3]], dmax: [[7, 0], [7, 5]] });
  assert.deepEqual(scaleTo(constant(2, 1), 7), constant(2, 1));
});

Deno.test("scaleTo() leaves its argument alone and refuses steps that are not above 0", () => {
  const schedule = linearWarmup();
  scaleTo(schedule, 10);
  assert.deepEqual(schedule, linearWarmup());
  for (const steps of [0, -1, NaN, Infinity]) {
    assert.throws(() => scaleTo(schedule, steps), RangeError);
  }
});
