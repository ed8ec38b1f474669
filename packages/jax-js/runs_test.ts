import assert from "node:assert/strict";
import * as jax from "@jax-js/jax";
import { fromRuns, inRuns, runsOf, shortPieces } from "./runs.ts";

Deno.test("shortPieces() cuts any length into short ones, exactly or with little over", () => {
  for (let length = 1; length < 5000; length++) {
    const pieces = shortPieces(length);
    assert.ok(pieces.every((piece) => piece <= 8), `${length}: ${pieces}`);
    const product = pieces.reduce((a, b) => a * b, 1);
    assert.ok(product >= length && product < 2 * length, `${length}: ${pieces}`);
  }
  assert.deepEqual(shortPieces(512 * 512).reduce((a, b) => a * b, 1), 512 * 512);
});

for (
  const [axis, shapes] of [[1, [[3, 2, 37, 11], [1, 1, 127], [67, 3]]], [2, [[5, 53, 3]]]] as const
) {
  for (const shape of shapes) {
    Deno.test(`a tensor [${shape}] with channels at ${axis} comes back from its runs`, async () => {
      const runs = runsOf({ shape, axis });
      const size = shape.reduce((a: number, b) => a * b, 1);
      const x = Float32Array.from({ length: size }, (_, i) => 1 + i);
      const inside = inRuns(jax, jax.numpy.array(x, { shape: [...shape] }), runs);
      assert.deepEqual(inside.shape, [...runs.shape]);
      assert.deepEqual(await fromRuns(inside, runs, shape).data(), x);
    });
  }
}
