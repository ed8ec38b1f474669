import assert from "node:assert/strict";
import { advise, type TrainingPlan } from "./advise.ts";
import { constant, linearWarmup } from "./presets.ts";

const sound: TrainingPlan = { schedule: linearWarmup(), totalSteps: 20_000, batchSize: 4 };

Deno.test("advise() has nothing to say of a sound plan", () => {
  assert.deepEqual(advise(sound), []);
  assert.deepEqual(advise({ ...sound, totalSteps: 5000, batchSize: 31 }), []);
});

Deno.test("advise() warns when training ends before the limits are open", () => {
  const [advice, ...rest] = advise({ ...sound, totalSteps: 4999 });
  assert.deepEqual(rest, []);
  assert.equal(advice.code, "training-ends-before-warmup");
  assert.ok("warmupEnds" in advice && advice.warmupEnds === 5000);
  assert.match(advice.message, /4999/);
});

Deno.test("advise() says from 32 samples on that plain batch norm will do", () => {
  const [advice, ...rest] = advise({ ...sound, batchSize: 32 });
  assert.deepEqual(rest, []);
  assert.equal(advice.code, "batch-large-enough");
});

Deno.test("advise() warns when open limits meet running statistics that recall their start", () => {
  // 0.99^459 is the first power of 0.99 below 0.01, so 458 steps are one too few.
  const plan = (warmupSteps: number) =>
    advise({ ...sound, schedule: linearWarmup({ warmupSteps }), momentum: 0.01 });
  assert.deepEqual(plan(459), []);
  const [advice] = plan(458);
  assert.ok(advice.code === "statistics-still-cold");
  assert.equal(advice.stepsToForget, 459);
  assert.ok(Math.abs(advice.weightOfStart - 0.01) < 1e-3);
  const [open] = advise({ ...sound, schedule: constant(3, 5), momentum: 1 });
  assert.ok(open.code === "statistics-still-cold" && open.stepsToForget === 1);
});

Deno.test("advise() refuses numbers that no training has", () => {
  assert.throws(() => advise({ ...sound, totalSteps: 0 }), RangeError);
  assert.throws(() => advise({ ...sound, batchSize: 1.5 }), RangeError);
  assert.throws(() => advise({ ...sound, momentum: 0 }), {
    name: "RangeError",
    message: "advise expects momentum to be in (0, 1]: got 0",
  });
  assert.throws(() => advise({ ...sound, batch: 4 } as TrainingPlan), TypeError);
});
