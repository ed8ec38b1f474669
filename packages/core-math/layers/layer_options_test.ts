import assert from "node:assert/strict";
import fc from "fast-check";
import { assertHolds, throwsWell } from "@renorm/testing/assertions";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batch_norm_layers.ts";
import {
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
  type BatchRenormOptions,
} from "./batch_renorm_layers.ts";
import { type LayerMethod, resolveLayerOptions } from "./layer_options.ts";

const kinds = [BatchNorm1d, BatchNorm2d, BatchNorm3d, BatchRenorm1d, BatchRenorm2d, BatchRenorm3d];

Deno.test("layers refuse bad options by name, with what was wanted and what came", () => {
  const cases: [unknown, unknown, string, string][] = [
    [0, {}, "RangeError", "numFeatures to be an integer of at least 1: got 0"],
    [2.5, {}, "RangeError", "numFeatures to be an integer of at least 1: got 2.5"],
    ["2", {}, "TypeError", 'numFeatures to be an integer of at least 1: got "2"'],
    [undefined, {}, "TypeError", "numFeatures to be an integer of at least 1: got undefined"],
    [2, null, "TypeError", "options to be an object: got null"],
    [2, { eps: 0 }, "RangeError", "eps to be finite and above 0: got 0"],
    [2, { eps: "1" }, "TypeError", 'eps to be finite and above 0: got "1"'],
    [2, { momentum: 1.01 }, "RangeError", "momentum to be a number in [0, 1]: got 1.01"],
    [2, { affine: 1 }, "TypeError", "affine to be true or false: got 1"],
    [
      2,
      { trackRunningStats: null },
      "TypeError",
      "trackRunningStats to be true or false: got null",
    ],
    [
      2,
      { layout: "NHWC" },
      "RangeError",
      'layout to be "channels-first" or "channels-last": got "NHWC"',
    ],
    [
      2,
      { runningVariance: "both" },
      "RangeError",
      'runningVariance to be "biased" or "unbiased": got "both"',
    ],
    [
      2,
      { onNonFinite: "warn" },
      "RangeError",
      'onNonFinite to be "skip" or "throw" or "propagate": got "warn"',
    ],
  ];
  for (const Layer of kinds) {
    for (const [numFeatures, options, name, message] of cases) {
      const call = () => new Layer(numFeatures as number, options as BatchRenormOptions);
      assert.throws(call, { name, message: `${Layer.name} expects ${message}` });
    }
    const unknown = { track_running_stats: true } as BatchRenormOptions;
    assert.throws(() => new Layer(2, unknown), {
      name: "TypeError",
      message: new RegExp(
        `^${Layer.name} expects options among eps, .*: got "track_running_stats"$`,
      ),
    });
  }
});

Deno.test("layers take or refuse any option value, always with an error of their form", () => {
  const names = [
    "eps",
    "momentum",
    "affine",
    "layout",
    "onNonFinite",
    "runningVariance",
    "rmax",
    "dmax",
    "warmupSteps",
    "schedule",
    "limitsAt",
    "trackRunningStats",
  ];
  const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string());
  const value = fc.oneof(fc.anything({ withBigInt: true }), fc.double());
  let refused = 0;
  assertHolds(
    fc.property(fc.constantFrom(...kinds), name, value, (Layer, option, of) => {
      if (throwsWell(() => String(new Layer(2, { [option]: of })))) refused++;
    }),
    1000,
  );
  assert.ok(refused > 500 && refused < 1000, `${refused} of 1000 refused`);
});

const resolve = (options: object, method: LayerMethod) =>
  resolveLayerOptions({ name: "Layer", method }, 1, options);

Deno.test("resolveLayerOptions() fills in PyTorch's defaults and keeps what was given", () => {
  const defaults = {
    eps: 1e-5,
    momentum: 0.1,
    affine: true,
    trackRunningStats: true,
    layout: "channels-first",
    runningVariance: "biased",
    onNonFinite: "skip",
    onSingleValue: "throw",
  } as const;
  assert.deepEqual(resolve({}, "batch-renorm").resolved, {
    ...defaults,
    ...{ rmax: 3, dmax: 5, warmupSteps: 5000 },
  });
  const given = {
    eps: 1,
    momentum: null,
    affine: false,
    trackRunningStats: false,
    layout: "channels-last",
    runningVariance: "unbiased",
    onNonFinite: "throw",
    onSingleValue: "running",
  } as const;
  assert.deepEqual(resolve(given, "batch-norm").resolved, given);
  assert.equal(
    resolve({ momentum: 0 }, "batch-renorm").resolved.momentum,
    0,
  );
});

Deno.test("resolveLayerOptions() takes the limits' options and a number for momentum for renorm alone", () => {
  assert.equal(resolve({ rmax: 2 }, "batch-renorm").resolved.momentum, 0.1);
  const refused = (options: object, method: LayerMethod) => () => resolve(options, method);
  assert.throws(refused({ rmax: 2 }, "batch-norm"), TypeError);
  assert.throws(refused({ rmax: 0 }, "batch-renorm"), RangeError);
  assert.throws(refused({ momentum: null }, "batch-renorm"), {
    name: "TypeError",
    message: "Layer expects momentum to be a number in [0, 1]: got null",
  });
});
