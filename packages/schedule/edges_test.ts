/**
 * The fuzz of every public function: a right result, or our error with its arguments as they were.
 */
import assert from "node:assert/strict";
import {
  argumentsAs,
  assertBothEnds,
  assertFinite,
  fuzz,
  type Fuzzed,
  type MakeFuzzed,
  publicFunctions,
} from "@renorm/testing/fuzz";
import * as mod from "./mod.ts";

const schedule = () => ({ rmax: [[5, 1], [9, 3]], dmax: [[5, 0], [7, 5]] });

const ofArguments = argumentsAs(structuredClone);

const areLimits: Fuzzed["judge"] = (result) => {
  const { rmax, dmax } = result as mod.Limits;
  assertFinite([rmax, dmax]);
  assert.ok(rmax >= 1 && dmax >= 0);
};
const isSchedule: Fuzzed["judge"] = (result) => {
  for (const step of [0, 1, 6.5, 1e9]) areLimits(mod.limitsAt(result as mod.Schedule, step), []);
};

const functions: Record<string, MakeFuzzed> = {
  advise: ofArguments(
    mod.advise,
    () => [{ schedule: schedule(), totalSteps: 6, batchSize: 40, momentum: 0.01 }],
    (advice) => {
      assertFinite(advice);
      for (const { message } of advice as mod.Advice[]) {
        assert.doesNotMatch(message, /NaN|Infinity|undefined|null/);
      }
    },
  ),
  constant: ofArguments(mod.constant, () => [3, 5], isSchedule),
  limitsAt: ofArguments(mod.limitsAt, () => [schedule(), 6], areLimits),
  linearWarmup: ofArguments(
    mod.linearWarmup,
    () => [{ rmax: 3, dmax: 5, warmupSteps: 10 }],
    isSchedule,
  ),
  paperSchedule: ofArguments(mod.paperSchedule, () => [], isSchedule),
  parseSchedule: ofArguments(mod.parseSchedule, () => [schedule()], isSchedule),
  scaleTo: ofArguments(mod.scaleTo, () => [schedule(), 100], isSchedule),
  stepAfter: ofArguments(mod.stepAfter, () => [10, { rmax: 3, dmax: 5 }], isSchedule),
};

Deno.test("every export of this package is under fuzz", () => {
  assert.deepEqual(Object.keys(functions).sort(), publicFunctions(mod));
});

Deno.test("every function ends in a right result, or in our error with its arguments as they were", async () => {
  assertBothEnds(await fuzz(functions, 800), ["paperSchedule"]);
});

Deno.test("steps and momenta at the ends of the numbers give numbers", () => {
  const wide = { rmax: [[0, 1], [1e10, 2]], dmax: [[0, 0]] } as const;
  assert.deepEqual(mod.scaleTo(wide, 1e300).rmax, [[0, 1], [1e300, 2]]);
  for (const momentum of [5e-324, 1e-300, 1e-17, 1]) {
    assertFinite(mod.advise({ schedule: wide, totalSteps: 5, batchSize: 2, momentum }));
  }
});
