import assert from "node:assert/strict";
import { allowedError, largestError } from "./tolerance.ts";

Deno.test("allowedError() takes torch's error times k where that is the larger", () => {
  assert.equal(allowedError([1, -2], 1e-3, 4), 4e-3);
});

Deno.test("allowedError() allows four roundings of the largest value at the least", () => {
  assert.equal(allowedError([1, -2], 0, 1), 4 * 2 ** -24 * 2);
  assert.equal(allowedError([], 0, 1), 0);
});

Deno.test("largestError() finds the largest difference, and NaN or a wrong length is infinite", () => {
  assert.equal(largestError([1, 2, 3], [1, 2.5, 3]), 0.5);
  assert.equal(largestError([1, NaN], [1, 2]), Infinity);
  assert.equal(largestError([1], [1, 2]), Infinity);
});
