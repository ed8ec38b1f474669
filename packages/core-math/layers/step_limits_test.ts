import assert from "node:assert/strict";
import { assertClose } from "../testing/assertions.ts";
import { limitsSchedule, type StepLimitsOptions } from "./step_limits.ts";

const limitsOf = (options: StepLimitsOptions) => limitsSchedule("Layer", options).limitsAt;

Deno.test("limitsSchedule() opens linearly from (1, 0) at step 0 to the limits at warmupSteps", () => {
  const limitsAt = limitsOf({ rmax: 2, dmax: 4, warmupSteps: 8 });
  const expected: [number, number, number][] = [[0, 1, 0], [1, 1.125, 0.5], [4, 1.5, 2], [
    7,
    1.875,
    3.5,
  ]];
  for (const [step, rmax, dmax] of [...expected, [8, 2, 4], [1e9, 2, 4]]) {
    assert.deepEqual(limitsAt(step), { rmax, dmax }, `step ${step}`);
  }
});

Deno.test("limitsSchedule() are 3, 5 and 5000 steps by default, and open at once without warm-up", () => {
  const { rmax, dmax } = limitsOf({})(1);
  assertClose([rmax, dmax], [1.0004, 0.001], 1e-12);
  assert.deepEqual(limitsOf({})(5000), { rmax: 3, dmax: 5 });
  assert.deepEqual(limitsOf({ warmupSteps: 0 })(0), { rmax: 3, dmax: 5 });
});

Deno.test("limitsSchedule() with open limits are shut at step 0 and open from step 1", () => {
  const limitsAt = limitsOf({ rmax: Infinity, dmax: Infinity, warmupSteps: 9 });
  assert.deepEqual(limitsAt(0), { rmax: 1, dmax: 0 });
  assert.deepEqual(limitsAt(1), { rmax: Infinity, dmax: Infinity });
});

Deno.test("limitsSchedule() asks limitsAt and names the layer where its answer will not do", () => {
  const answer = { rmax: 1.5, dmax: 0.5 };
  assert.deepEqual(limitsOf({ limitsAt: () => answer })(7), answer);
  const low = limitsOf({ limitsAt: () => ({ rmax: 0, dmax: 0 }) });
  assert.throws(() => low(1), {
    name: "RangeError",
    message: "Layer expects rmax to be a number of at least 1: got 0",
  });
});

Deno.test("limitsSchedule() is printed under the notebook's names", () => {
  const printed = { rmax: 3, dmax: 5, warmup_steps: "5000" };
  assert.deepEqual(limitsSchedule("Layer", {}).printed, printed);
  assert.deepEqual(limitsSchedule("Layer", { dmax: 0.5 }).printed, { ...printed, dmax: 0.5 });
});
