import assert from "node:assert/strict";
import { fitsFloat16, inFloat16, roundToFloat16 } from "./float16_case.ts";
import golden from "./golden/bn_nc.json" with { type: "json" };
import type { GoldenCase } from "./golden_case.ts";
import { createCpuLayer } from "./targets/cpu_target.ts";

const small = { ...golden, name: "bn_nc" } as unknown as GoldenCase;

function withWeight(weight: number): GoldenCase {
  const { numFeatures } = small.config;
  return { ...small, initial: { ...small.initial, weight: new Array(numFeatures).fill(weight) } };
}

Deno.test("a case fits float16 where its inputs and the outputs that belong to them do", async () => {
  assert.ok(fitsFloat16(await inFloat16(small, createCpuLayer)));
  // y is of the size of the weight, beside inputs that are as small as before.
  assert.ok(!fitsFloat16(await inFloat16(withWeight(1e5), createCpuLayer)));
  const [first, ...rest] = small.steps;
  const huge = { ...small, steps: [{ ...first, x: first.x.map((value) => value * 1e6) }, ...rest] };
  assert.ok(!fitsFloat16(await inFloat16(huge, createCpuLayer)));
});

Deno.test("roundToFloat16() is Math.f16round() for what float16 holds", () => {
  for (const value of [0, 1, -1.0004883, 2 ** -24, 3e-8, 65504, 1 / 3, -0.1, 2049, 6.1e-5]) {
    assert.equal(roundToFloat16(value), Math.f16round(value), String(value));
  }
});
