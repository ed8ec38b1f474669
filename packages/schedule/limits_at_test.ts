import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { limitsAt } from "./limits_at.ts";
import { linearWarmup, paperSchedule, stepAfter } from "./presets.ts";
import type { Schedule } from "./schedule.ts";

Deno.test("limitsAt() follows the paper: batch norm to 5000, dmax open at 25 000, rmax at 40 000", () => {
  const schedule = paperSchedule();
  const expected: [number, number, number][] = [
    [0, 1, 0],
    [1, 1, 0],
    [4999, 1, 0],
    [5000, 1, 0],
    [25_000, 1 + 2 * 20_000 / 35_000, 5],
    [40_000, 3, 5],
    [1e9, 3, 5],
  ];
  for (const [step, rmax, dmax] of expected) {
    assert.deepEqual(limitsAt(schedule, step), { rmax, dmax }, `step ${step}`);
  }
  assert.ok(limitsAt(schedule, 5001).rmax > 1);
});

Deno.test("limitsAt() gives the notebook's first forward 1.0004 and 0.001", () => {
  const { rmax, dmax } = limitsAt(linearWarmup(), 1);
  assert.equal(rmax, 1 + 2 / 5000);
  assert.equal(dmax, 5 / 5000);
});

Deno.test("limitsAt() holds the first value of a jump up to and including its step", () => {
  const schedule: Schedule = {
    rmax: [[0, 1], [10, 1], [10, 2], [20, 3]],
    dmax: [[10, 0], [10, 5]],
  };
  assert.deepEqual(limitsAt(schedule, 10), { rmax: 1, dmax: 0 });
  assert.deepEqual(limitsAt(schedule, 15), { rmax: 2.5, dmax: 5 });
  assert.deepEqual(limitsAt(stepAfter(), 100_000), { rmax: 1, dmax: 0 });
  assert.deepEqual(limitsAt(stepAfter(), 100_001), { rmax: 3, dmax: 5 });
});

Deno.test("limitsAt() is exact at a knot and never leaves the range of its neighbours", () => {
  const curve = (least: number) =>
    fc.array(fc.tuple(fc.nat(1e6), fc.double({ min: least, max: 1e6, noNaN: true })), {
      minLength: 1,
    }).map((knots) => knots.sort(([a], [b]) => a - b).filter(([s], i) => s !== knots[i - 1]?.[0]));
  fc.assert(fc.property(curve(1), curve(0), fc.nat(2e6), (rmax, dmax, step) => {
    const limits = limitsAt({ rmax, dmax }, step);
    const values = rmax.map(([, value]) => value);
    assert.ok(limits.rmax >= Math.min(...values) * (1 - 1e-12));
    assert.ok(limits.rmax <= Math.max(...values) * (1 + 1e-12));
    for (const [knotStep, value] of dmax) {
      assert.equal(limitsAt({ rmax, dmax }, knotStep).dmax, value);
    }
  }));
});

Deno.test("limitsAt() refuses a step that is not a finite number of at least 0", () => {
  for (const step of [-1, NaN, Infinity]) {
    assert.throws(() => limitsAt(paperSchedule(), step), {
      name: "RangeError",
      message: `limitsAt expects step to be a finite number of at least 0: got ${step}`,
    });
  }
  assert.throws(() => limitsAt(paperSchedule(), "5" as unknown as number), TypeError);
});
