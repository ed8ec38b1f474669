/** The fuzz of every public function: a right result, or our error with nothing consumed. */
import assert from "node:assert/strict";
import {
  argumentsAs,
  assertBothEnds,
  assertFinite,
  fuzz,
  type MakeFuzzed,
  publicFunctions,
} from "@renorm/testing/fuzz";
import * as jax from "@jax-js/jax";
import { functions } from "./testing/batches.ts";
import * as mod from "./mod.ts";

const { numpy: np } = jax;

/** Whether each array that a call was given may still be used, and its references. */
function references(value: unknown): unknown {
  if (value instanceof np.Array) return value.refCount;
  if (typeof value !== "object" || value === null) return null;
  return Object.values(value).map(references);
}

const ofArguments = argumentsAs(references);

const x = () => np.array([[1, 2, 3], [4, 5, 7], [0, 1, 1]]);
const mask = () => np.array([1, 0, 1]).greater(0);
const params = () => functions.initialParams(3);
const state = () => functions.initialState(3);
const areFinite = (result: unknown) => {
  for (const array of Array.isArray(result) ? result : [result]) {
    if (array instanceof np.Array) assertFinite(array.js());
    else for (const part of Object.values(array as object)) assertFinite((part as jax.Array).js());
  }
};
const options = { eps: 1e-5, layout: "channels-first" };
const training = { ...options, momentum: 0.1, runningVariance: "biased" };

const table: Record<string, MakeFuzzed> = {
  batchRenorm: ofArguments(
    functions.batchRenorm,
    () => [x(), params(), state(), { rmax: 3, dmax: np.array(5) }, training],
    areFinite,
  ),
  "batchRenorm by a schedule": ofArguments(
    functions.batchRenorm,
    () => [x(), params(), state(), { rmax: [[0, 1], [9, 3]], dmax: [[0, 0]] }, training],
    areFinite,
  ),
  "batchRenorm by a warm-up": ofArguments(
    functions.batchRenorm,
    () => [x(), params(), state(), { rmax: 3, dmax: 5, warmupSteps: 9 }, training],
    areFinite,
  ),
  "batchRenorm under a mask": ofArguments(
    functions.batchRenorm,
    () => [x(), params(), state(), { rmax: 3, dmax: 5 }, { ...training, mask: mask() }],
    areFinite,
  ),
  batchNorm: ofArguments(
    functions.batchNorm,
    () => [x(), params(), state(), { ...training, momentum: null }],
    areFinite,
  ),
  batchNormInference: ofArguments(
    functions.batchNormInference,
    () => [x(), params(), state(), { ...options, mask: mask() }],
    areFinite,
  ),
  accumulateStats: ofArguments(
    functions.accumulateStats,
    () => [x(), functions.initialStats(3), { layout: "channels-first" }],
    areFinite,
  ),
  finishStats: ofArguments(
    functions.finishStats,
    () => [
      functions.accumulateStats(x(), functions.initialStats(3)),
      state(),
      { runningVariance: "biased" },
    ],
    areFinite,
  ),
  initialStats: ofArguments(functions.initialStats, () => [3], areFinite),
  initialParams: ofArguments(functions.initialParams, () => [3], areFinite),
  initialState: ofArguments(functions.initialState, () => [3], areFinite),
};

Deno.test("every function is under fuzz", () => {
  assert.deepEqual(publicFunctions(mod), ["renormFunctions"]);
  const names = Object.keys(table).filter((name) => !name.includes(" "));
  assert.deepEqual(names.sort(), Object.keys(functions).sort());
});

Deno.test("every function ends in a right result, or in our error with nothing consumed", async () => {
  assertBothEnds(await fuzz(table, 150));
});

Deno.test("renormFunctions() takes jax-js alone", async () => {
  const parts = () => [{ ...jax }];
  const make = ofArguments(mod.renormFunctions, parts, (result) => assert.ok(result));
  assertBothEnds(await fuzz({ renormFunctions: make }, 60));
});
