/** The fuzz of every public function, on tensors that the loops in WebAssembly take. */
import assert from "node:assert/strict";
import { argumentsAs, assertBothEnds, fuzz, publicFunctions } from "@renorm/testing/fuzz";
import { plain } from "@renorm/testing/assertions";
import { edgesOf } from "@renorm/testing/edges";
import * as mod from "./mod.ts";

const shapes = { "1d": [200, 3], "2d": [2, 3, 10, 10], "3d": [2, 3, 2, 5, 10] };
const { functions, classes } = edgesOf(mod, shapes);
const own = {
  allocate: argumentsAs(plain)(mod.allocate, () => [[2, 3, 4]], (result) => {
    const { data, shape } = result as mod.Tensor;
    assert.equal(data.length, shape.reduce((a, b) => a * b, 1));
    assert.ok(data.length === 0 || data[0] === 0);
  }),
};

Deno.test("every export of this package is under fuzz", () => {
  const fuzzed = Object.keys({ ...functions, ...classes, ...own, kernels: null });
  assert.deepEqual(fuzzed.sort(), publicFunctions(mod));
});

Deno.test("every function ends in a right result, or in our error with the state as it was", async () => {
  assertBothEnds(await fuzz({ ...functions, ...own }, 100));
});

Deno.test("every layer ends in a right result, or in our error with the state as it was", async () => {
  const withoutArguments = Object.keys(classes).filter((name) =>
    /\.(eval|toString|stateDict)$/.test(name)
  );
  assertBothEnds(await fuzz(classes, 50), withoutArguments);
});
