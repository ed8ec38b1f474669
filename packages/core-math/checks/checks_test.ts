import assert from "node:assert/strict";
import { checkOptions, checkStateDict, show } from "./mod.ts";

Deno.test("show() writes a value as it reads in an error", () => {
  const cases: [unknown, string][] = [
    [[4, [8, "a"]], '[4, [8, "a"]]'],
    ["a", '"a"'],
    [7n, "7n"],
    [() => 1, "a function"],
    [new Float32Array(3), "Float32Array"],
    [{ a: 1 }, "Object"],
    [Object.create(null), "an object"],
    [null, "null"],
    [undefined, "undefined"],
    [NaN, "NaN"],
    [Symbol("s"), "Symbol(s)"],
  ];
  for (const [value, text] of cases) assert.equal(show(value), text);
});

Deno.test("checkOptions() passes an option that is undefined, and refuses a name it was not given", () => {
  checkOptions("Layer", { eps: undefined, momentum: 0 }, ["eps", "momentum"]);
  assert.throws(() => checkOptions("Layer", { eps: 1 }, ["momentum"]), {
    name: "TypeError",
    message: 'Layer expects options among momentum: got "eps"',
  });
});

Deno.test("checkStateDict() gives back the arrays that are wanted and the counts as numbers", () => {
  const state = { running_mean: [1], running_var: [2], num_batches_tracked: 3n };
  const wanted = { numFeatures: 1, affine: false, trackRunningStats: true };
  assert.deepEqual(checkStateDict("Layer", state, wanted, "batch renorm"), {
    vectors: { running_mean: new Float32Array([1]), running_var: new Float32Array([2]) },
    numBatchesTracked: 3,
    renormStep: undefined,
  });
});
