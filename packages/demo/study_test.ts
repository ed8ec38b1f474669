import assert from "node:assert/strict";
import { loadDigits } from "@renorm/experiments/data/digits";
import { defaultSettings, study, studySchedule } from "./study.ts";
import { limitsAt } from "@renorm/schedule";

const digits = await loadDigits();

Deno.test("study() finds no gap for batch renorm when its limits are open", () => {
  const settings = { ...defaultSettings, limits: { rmax: 1e9, dmax: 1e9 } };
  const row = study(digits, 2, "class by class", settings);
  assert.ok(row.gap.batchRenorm < 1e-6, `${row.gap.batchRenorm}`);
  assert.ok(row.gap.batchNorm > 0.1);
  assert.equal(row.r.clipped + row.d.clipped, 0);
});

Deno.test("study() finds the gap of batch norm for batch renorm that may not correct", () => {
  const settings = { ...defaultSettings, limits: { rmax: 1, dmax: 0 } };
  const { gap, r, d } = study(digits, 4, "at random", settings);
  // They differ only in the variance they track, unbiased and biased over 4 · 4 values.
  assert.ok(Math.abs(gap.batchRenorm / gap.batchNorm - 1) < 0.1, JSON.stringify(gap));
  assert.ok(r.clipped > 0.99 && d.clipped > 0.99);
});

Deno.test("study() sees batch statistics stray less as batches grow, more class by class", () => {
  const strays = (batchSize: number, drawing: "at random" | "class by class") =>
    study(digits, batchSize, drawing, defaultSettings).meanStrays;
  assert.ok(strays(32, "at random") < strays(4, "at random"));
  assert.ok(strays(4, "at random") < strays(2, "at random"));
  assert.ok(strays(32, "at random") < strays(32, "class by class"));
});

Deno.test("study() gives the same numbers for the same seed and others for another", () => {
  const row = study(digits, 2, "at random", defaultSettings);
  assert.deepEqual(study(digits, 2, "at random", defaultSettings), row);
  assert.notDeepEqual(study(digits, 2, "at random", { ...defaultSettings, seed: 1 }), row);
});

Deno.test("studySchedule() holds batch norm at first and is open when the warm batches are over", () => {
  const schedule = studySchedule(defaultSettings);
  assert.deepEqual(limitsAt(schedule, 12), { rmax: 1, dmax: 0 });
  assert.deepEqual(limitsAt(schedule, 100), { rmax: 3, dmax: 5 });
});
