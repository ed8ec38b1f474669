import assert from "node:assert/strict";
import { arrayLike, tensorLike } from "./tensor.ts";

Deno.test("tensorLike() has the shape and the array kind of its model, in memory of its own", () => {
  for (const kind of [Float32Array, Float64Array]) {
    const model = { data: new kind([1, 2, 3]), shape: [3, 1] };
    const { data, shape } = tensorLike(model);
    assert.deepEqual(data, new kind(3));
    assert.deepEqual(shape, [3, 1]);
    assert.notEqual(shape, model.shape);
    assert.deepEqual(arrayLike(model.data, 2), new kind(2));
  }
});
