import assert from "node:assert/strict";
import { corrections } from "./corrections.ts";

Deno.test("r and d of all channels and steps are pooled, and counted against their own limits", () => {
  const running = { mean: Float32Array.of(0, 10), variance: Float32Array.of(1, 4) };
  // σ_B/σ is 2 and 0.5, (μ_B − μ)/σ is 3 and −1.
  const batch = { mean: Float32Array.of(3, 8), variance: Float32Array.of(4, 1) };
  const { r, d } = corrections([
    { batch, running, limits: { rmax: 1.9, dmax: 2 } },
    { batch, running, limits: { rmax: 2.1, dmax: 5 } },
  ]);
  assert.ok(Math.abs(r.low - 0.5) < 1e-4 && Math.abs(r.high - 2) < 1e-4);
  assert.ok(Math.abs(d.low + 1) < 1e-4 && Math.abs(d.high - 3) < 1e-4);
  // Of four values each: both r of the first step, and its larger d.
  assert.equal(r.clipped, 0.5);
  assert.equal(d.clipped, 0.25);
});
