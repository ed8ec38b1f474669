import assert from "node:assert/strict";
import { loadTrainingData } from "../digits/training_data.ts";
import { compare, scenarios } from "./compare.ts";

Deno.test("recalibration mends statistics that are wrong, and no weights", async () => {
  const data = await loadTrainingData({ data: "digits", holdOut: false });
  const settings = { epochs: 3, batchSize: 8, seed: 0 };
  const [random, slow, paler, byClass] = scenarios.map((one) => compare(data, one, settings));
  assert.ok(random.before > 0.8 && Math.abs(random.byRunning - random.before) < 0.05);
  for (const mended of [slow, paler]) {
    assert.ok(mended.byBatch > mended.before + 0.05, JSON.stringify(mended));
    assert.ok(mended.byRunning > mended.before + 0.05, JSON.stringify(mended));
  }
  assert.ok(Math.max(byClass.before, byClass.byBatch, byClass.byRunning) < 0.3);
});
