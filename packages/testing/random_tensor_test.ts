import assert from "node:assert/strict";
import { randomValues, seededRandom } from "./random_tensor.ts";

Deno.test("seededRandom() repeats for a seed, differs between seeds and fills [0, 1)", () => {
  const draw = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  assert.ok(Math.min(...draw(3)) < 0.01 && Math.max(...draw(3)) > 0.99);
});

Deno.test("randomValues() have mean 0 and deviation 1", () => {
  const values = randomValues(10_000, seededRandom(4));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.05 && Math.abs(variance - 1) < 0.05, `${mean} ${variance}`);
});
