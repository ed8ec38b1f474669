import assert from "node:assert/strict";
import { limitsAt, paperSchedule, type Schedule } from "@renorm/schedule";
import { assertClose } from "@renorm/testing/assertions";
import { stepLimits, stepLimitsNames, type StepLimitsOptions } from "./step_limits.ts";

const limitsOf = (options: StepLimitsOptions) => stepLimits("Layer", options).limitsAt;

Deno.test("stepLimits() opens linearly from (1, 0) at step 0 to the limits at warmupSteps", () => {
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

Deno.test("stepLimits() are 3, 5 and 5000 steps by default, and open at once without warm-up", () => {
  const { rmax, dmax } = limitsOf({})(1);
  assertClose([rmax, dmax], [1.0004, 0.001], 1e-12);
  assert.deepEqual(limitsOf({})(5000), { rmax: 3, dmax: 5 });
  assert.deepEqual(limitsOf({ warmupSteps: 0 })(0), { rmax: 3, dmax: 5 });
});

Deno.test("stepLimits() with open limits are shut at step 0 and open from step 1", () => {
  const limitsAt = limitsOf({ rmax: Infinity, dmax: Infinity, warmupSteps: 9 });
  assert.deepEqual(limitsAt(0), { rmax: 1, dmax: 0 });
  assert.deepEqual(limitsAt(1), { rmax: Infinity, dmax: Infinity });
});

Deno.test("stepLimits() asks limitsAt and names the layer where its answer will not do", () => {
  const answer = { rmax: 1.5, dmax: 0.5 };
  assert.deepEqual(limitsOf({ limitsAt: () => answer })(7), answer);
  const low = limitsOf({ limitsAt: () => ({ rmax: 0, dmax: 0 }) });
  assert.throws(() => low(1), {
    name: "RangeError",
    message: "Layer expects rmax to be a number of at least 1: got 0",
  });
});

Deno.test("stepLimits() follow a schedule as limitsAt() of @renorm/schedule does", () => {
  const schedule = paperSchedule();
  const { limitsAt: limitsOfLayer, options } = stepLimits("Layer", { schedule });
  for (const step of [1, 5000, 5001, 25_000, 1e9]) {
    assert.deepEqual(limitsOfLayer(step), limitsAt(schedule, step));
  }
  assert.deepEqual(options, { schedule });
});

Deno.test("stepLimits() reads a schedule once and checks all of it", () => {
  const knots: [number, number][] = [[0, 2]];
  const { limitsAt } = stepLimits("Layer", { schedule: { rmax: knots, dmax: [[0, 1]] } });
  knots[0][1] = 9;
  assert.deepEqual(limitsAt(1), { rmax: 2, dmax: 1 });
  const { schedule: read } = stepLimits("Layer", { schedule: paperSchedule() }).options;
  for (const part of [read!, read!.rmax, read!.dmax, ...read!.rmax, ...read!.dmax]) {
    assert.ok(Object.isFrozen(part));
  }
  const bad = { rmax: [[0, 0.5]], dmax: [[0, 0]] } as unknown as Schedule;
  assert.throws(() => stepLimits("Layer", { schedule: bad }), {
    name: "RangeError",
    message: "Layer expects the value of rmax[0] to be a finite number of at least 1: got 0.5",
  });
});

Deno.test("stepLimits() refuses more than one way to say the limits", () => {
  const limits = { limitsAt: () => ({ rmax: 3, dmax: 5 }) };
  const schedule = { schedule: paperSchedule() };
  const warmups = [{ rmax: 3 }, { dmax: 5 }, { dmax: 0 }, { warmupSteps: 9 }, { warmupSteps: 0 }];
  for (const options of [limits, schedule]) {
    for (const other of [...warmups, options === limits ? schedule : limits]) {
      const got = stepLimitsNames.filter((name) => name in options || name in other).join(", ");
      assert.throws(() => stepLimits("Layer", { ...options, ...other }), {
        name: "TypeError",
        message:
          `Layer expects one of schedule, limitsAt, or rmax, dmax and warmupSteps: got ${got}`,
      });
    }
  }
});
