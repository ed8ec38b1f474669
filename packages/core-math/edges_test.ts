/** The fuzz of every public function: a right result, or our error with the state as it was. */
import assert from "node:assert/strict";
import { assertBothEnds, fuzz, publicFunctions } from "@renorm/testing/fuzz";
import { edgesOf } from "@renorm/testing/edges";
import * as mod from "./mod.ts";

const shapes = { "1d": [4, 3], "2d": [2, 3, 2, 2], "3d": [2, 3, 1, 2, 2] };
const { functions, classes } = edgesOf(mod, shapes);

Deno.test("every export of this package is under fuzz", () => {
  assert.deepEqual(Object.keys({ ...functions, ...classes }).sort(), publicFunctions(mod));
});

Deno.test("every function ends in a right result, or in our error with the state as it was", async () => {
  assertBothEnds(await fuzz(functions, 400));
});

Deno.test("every layer ends in a right result, or in our error with the state as it was", async () => {
  const withoutArguments = Object.keys(classes).filter((name) =>
    /\.(eval|toString|stateDict)$/.test(name)
  );
  assertBothEnds(await fuzz(classes, 150), withoutArguments);
});
