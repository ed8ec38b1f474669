import assert from "node:assert/strict";
import { shapeIn, valuesFrom, valuesIn } from "./layout.ts";

Deno.test("valuesIn() moves the channels last, and valuesFrom() moves them back", () => {
  // [1, 2, 3]: channel 0 is 1 2 3, channel 1 is 4 5 6.
  const values = [1, 2, 3, 4, 5, 6];
  const last = valuesIn("channels-last", values, [1, 2, 3]);
  assert.deepEqual([...last], [1, 4, 2, 5, 3, 6]);
  assert.deepEqual([...valuesFrom("channels-last", last, [1, 2, 3])], values);
  assert.deepEqual(shapeIn("channels-last", [1, 2, 3]), [1, 3, 2]);
  assert.deepEqual([...valuesIn("channels-first", values, [1, 2, 3])], values);
});
