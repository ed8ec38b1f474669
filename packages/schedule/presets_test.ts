import assert from "node:assert/strict";
import { limitsAt } from "./limits_at.ts";
import { constant, linearWarmup, stepAfter } from "./presets.ts";

Deno.test("linearWarmup() without warm-up steps is open from the first forward", () => {
  assert.deepEqual(limitsAt(linearWarmup({ warmupSteps: 0, rmax: 2 }), 1), { rmax: 2, dmax: 5 });
});

Deno.test("presets refuse limits and steps that are out of range, and unknown names", () => {
  assert.throws(() => linearWarmup({ rmax: 0.5 }), {
    name: "RangeError",
    message: "linearWarmup expects rmax to be a finite number of at least 1: got 0.5",
  });
  assert.throws(() => linearWarmup({ warmupSteps: 1.5 }), RangeError);
  assert.throws(() => stepAfter(-1), RangeError);
  assert.throws(() => constant(3, -1), RangeError);
  assert.throws(() => constant(Infinity, 0), RangeError);
  assert.throws(() => linearWarmup({ rMax: 3 } as Record<string, number>), {
    name: "TypeError",
    message: 'linearWarmup expects options among rmax, dmax, warmupSteps: got "rMax"',
  });
  assert.throws(() => stepAfter(1, { rmax: "3" } as unknown as { rmax: number }), TypeError);
});
