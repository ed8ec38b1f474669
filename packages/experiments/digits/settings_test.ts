import assert from "node:assert/strict";
import { drawings } from "../data/drawing.ts";
import { norms } from "../training/norms.ts";
import { defaultTraining, describeRun, grid, learningRate } from "./settings.ts";

Deno.test("grid() has every combination once, the long runs first", () => {
  const runs = grid({ norms, batchSizes: [32, 4, 2], drawings, seeds: [0, 1, 2] });
  assert.equal(runs.length, 4 * 3 * 2 * 3);
  assert.equal(new Set(runs.map(describeRun)).size, runs.length);
  assert.equal(runs[0].batchSize, 2);
  assert.equal(runs[runs.length - 1].batchSize, 32);
});

Deno.test("learningRate() is the given one, and between given ones goes with the root of the size", () => {
  const settings = { ...defaultTraining, learningRates: { 4: 0.04, 64: 0.1 } };
  assert.equal(learningRate(settings, 4), 0.04);
  assert.equal(learningRate(settings, 16), 0.08);
  assert.equal(learningRate(settings, 64), 0.1);
  assert.equal(learningRate(settings, 1), 0.02);
});
