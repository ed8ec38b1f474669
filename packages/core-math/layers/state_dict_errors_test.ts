import assert from "node:assert/strict";
import fc from "fast-check";
import { assertHolds, assertSame, snapshot, throwsWell } from "@renorm/testing/assertions";
import { BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm2d } from "./batch_renorm_layers.ts";
import type { LoadableStateDict } from "./state_dict.ts";

const state: LoadableStateDict = {
  weight: [2, 3],
  bias: [-1, 1],
  running_mean: [0.5, -0.5],
  running_var: [4, 9],
  num_batches_tracked: 7,
};

Deno.test("loadStateDict() refuses what is no state of the layer and loads nothing of it", () => {
  const cases: [unknown, string, string][] = [
    [null, "TypeError", "a state dict: got null"],
    [7, "TypeError", "a state dict: got 7"],
    [{}, "TypeError", "state key weight to be an array of 2 numbers: got undefined"],
    [
      { ...state, running_var: undefined },
      "TypeError",
      "state key running_var to be an array of 2 numbers: got undefined",
    ],
    [
      { ...state, bias: [1] },
      "TypeError",
      "state key bias to be an array of 2 numbers: got 1 of them",
    ],
    [{ ...state, bias: "01" }, "TypeError", 'state key bias to be an array of 2 numbers: got "01"'],
    [
      { ...state, weight: [1, "2"] },
      "TypeError",
      'state key weight to be an array of 2 numbers: got "2"',
    ],
    [
      { ...state, weight: [1, undefined] },
      "TypeError",
      "state key weight to be an array of 2 numbers: got undefined",
    ],
    [
      { ...state, running_mean: [0, Infinity] },
      "RangeError",
      "state key running_mean to be finite: got Infinity in channel 1",
    ],
    [
      { ...state, running_var: [-1e-9, 1] },
      "RangeError",
      "state key running_var to be finite and at least 0: got -1e-9 in channel 0",
    ],
    [
      { ...state, running_var: [1, NaN] },
      "RangeError",
      "state key running_var to be finite and at least 0: got NaN in channel 1",
    ],
    [
      { ...state, running_var: [1, 1e39] },
      "RangeError",
      "state key running_var to be finite and at least 0: got 1e+39 in channel 1",
    ],
    [
      { ...state, num_batches_tracked: -1 },
      "RangeError",
      "num_batches_tracked to be an integer of at least 0: got -1",
    ],
    [
      { ...state, num_batches_tracked: 2n ** 60n },
      "RangeError",
      "num_batches_tracked to be an integer of at least 0: got 1152921504606847000",
    ],
    [
      { ...state, num_batches_tracked: null },
      "TypeError",
      "num_batches_tracked to be an integer of at least 0: got null",
    ],
    [
      { ...state, renorm_step: 0.5 },
      "RangeError",
      "renorm_step to be an integer of at least 0: got 0.5",
    ],
    [
      { ...state, runningMean: [0, 0] },
      "TypeError",
      `state keys among ${Object.keys(state).join(", ")}, renorm_step: got "runningMean"`,
    ],
  ];
  const layer = new BatchRenorm2d(2).loadStateDict({ ...state, renorm_step: 2 });
  const before = snapshot(layer);
  for (const [bad, name, message] of cases) {
    const call = () => layer.loadStateDict(bad as LoadableStateDict);
    assert.throws(call, { name, message: `BatchRenorm2d expects ${message}` });
    assertSame(snapshot(layer), before);
  }
  assert.throws(() => new BatchNorm2d(2).loadStateDict({ ...state, renorm_step: 0 }), TypeError);
});

Deno.test("loadStateDict() takes or refuses anything with an error of the package's form", () => {
  const layer = new BatchRenorm2d(2);
  const pair = fc.array(fc.double(), { minLength: 2, maxLength: 2 });
  const part = fc.oneof(fc.anything({ withBigInt: true }), { weight: 4, arbitrary: pair });
  const parts = { weight: part, bias: part, running_mean: part, num_batches_tracked: fc.double() };
  let refused = 0;
  const property = fc.property(fc.record(parts, { requiredKeys: [] }), (changes) => {
    const before = snapshot(layer);
    if (throwsWell(() => layer.loadStateDict({ ...state, ...changes } as LoadableStateDict))) {
      refused++;
      assertSame(snapshot(layer), before);
    }
  });
  assertHolds(property, 500);
  assert.ok(refused > 200 && refused < 480, `${refused} of 500 refused`);
});
