import assert from "node:assert/strict";
import { fitsFloat16, roundToFloat16 } from "./float16_case.ts";
import type { GoldenCase } from "./golden_case.ts";

const caseOf = (step: { x: number[]; dy: number[]; y?: number[]; dx?: number[] }): GoldenCase => ({
  name: "bn",
  kind: "batch_norm",
  shape: [2, 1],
  config: { numFeatures: 1 },
  initial: { weight: [1], bias: [0], runningMean: [0], runningVar: [1], numBatchesTracked: 0 },
  steps: [{ training: true, ...step }],
});

Deno.test("a case fits float16 when its largest inputs and outputs do", () => {
  const [fits, beyond] = [[1, -65504], [1, 65536]];
  assert.ok(fitsFloat16(caseOf({ x: fits, dy: fits, y: fits, dx: fits })));
  assert.ok(fitsFloat16(caseOf({ x: fits, dy: fits })));
  for (const name of ["x", "dy", "y", "dx"]) {
    const changed = { x: fits, dy: fits, y: fits, dx: fits, [name]: beyond };
    assert.ok(!fitsFloat16(caseOf(changed)), name);
  }
});

Deno.test("roundToFloat16() is Math.f16round() for what float16 holds", () => {
  for (const value of [0, 1, -1.0004883, 2 ** -24, 3e-8, 65504, 1 / 3, -0.1, 2049, 6.1e-5]) {
    assert.equal(roundToFloat16(value), Math.f16round(value), String(value));
  }
});
