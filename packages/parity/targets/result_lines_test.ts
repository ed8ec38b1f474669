import assert from "node:assert/strict";
import { readResult } from "./result_lines.ts";

Deno.test("a target that gave no number comes through its line as an infinite error", () => {
  const comparison = { passed: false, error: Infinity, allowed: 1, place: "y in step 1" };
  const result = {
    name: "case",
    target: "deno",
    layout: "channels-first",
    comparison,
  } as const;
  assert.deepEqual(readResult(JSON.stringify(result)), result);
});

Deno.test("a result without a comparison comes through its line as it is", () => {
  const result = { name: "case", target: "deno", layout: "channels-last", error: "no adapter" };
  assert.deepEqual(readResult(JSON.stringify(result)), result);
});
