import assert from "node:assert/strict";
import fc from "fast-check";
import { assertClose, assertHolds, someTensor, tensor } from "@renorm/testing/assertions";
import { diagnose, type DiagnoseOptions } from "./diagnose.ts";
import { BatchNorm2d } from "./layers/batch_norm_layers.ts";
import { BatchRenorm2d } from "./layers/batch_renorm_layers.ts";
import { moments } from "./moments.ts";

const sound = { running_mean: [0.5, -1], running_var: [1, 2], num_batches_tracked: 500 };
const findings = (state: object, options: DiagnoseOptions = {}) =>
  diagnose({ layer: state }, options).map(({ code, value, channels }) => ({
    code,
    value,
    ...channels && { channels },
  }));

Deno.test("diagnose() finds nothing in a layer that was trained long enough, or tracks nothing", () => {
  assert.deepEqual(findings(sound), []);
  assert.deepEqual(findings({ weight: [1], bias: [0] }), []);
  assert.deepEqual(diagnose({}), []);
  const layer = new BatchRenorm2d(2, { momentum: 0.5 });
  for (let i = 0; i < 9; i++) layer.forward(someTensor(i, [2, 2, 2, 2]));
  assert.deepEqual(diagnose({ a: layer.stateDict() }, { momentum: 0.5 }), []);
});

Deno.test("diagnose() tells statistics that never moved, and how many batches were counted", () => {
  const { weight, bias, ...state } = new BatchNorm2d(3).stateDict();
  assert.ok(weight && bias);
  assert.deepEqual(findings(state), [{ code: "never-moved", value: 0 }]);
  const zeros = { ...state, running_var: [0, 0, 0], num_batches_tracked: 7 };
  assert.deepEqual(findings(zeros), [{ code: "never-moved", value: 7 }]);
  assert.match(diagnose({ layer: zeros })[0].message, /7 batches were counted/);
  assert.deepEqual(findings({ ...sound, running_mean: [0, 0], running_var: [1, 1.5] }), []);
});

Deno.test("diagnose() names the channels with a variance near eps, and those that are not finite", () => {
  const state = { ...sound, running_mean: [0, NaN, 1, 2], running_var: [1e-6, 1, 0, 2e-3] };
  const small = { code: "variance-near-eps", value: 0, channels: [0, 2] };
  assert.deepEqual(findings(state), [{ code: "not-finite", value: 1, channels: [1] }, small]);
  // Of Keras' eps one more is near.
  assert.deepEqual(findings(state, { eps: 1e-3 })[1].channels, [0, 2, 3]);
  const wrong = { code: "not-finite", value: 1, channels: [1] };
  assert.deepEqual(findings({ ...sound, weight: [1, Infinity] }), [wrong]);
  // No square root of it is a number.
  assert.deepEqual(findings({ ...sound, running_var: [1, -1] }), [wrong]);
});

Deno.test("diagnose() tells a momentum too slow for the steps: the start's weight is (1 − momentum)^steps", () => {
  const tracked = (num_batches_tracked: number | bigint) => ({ ...sound, num_batches_tracked });
  assertClose([findings(tracked(2))[0].value], [0.81], 1e-12);
  assert.deepEqual(findings(tracked(44n)), []); // 0.9 to the 44th is 0.0097
  assert.equal(findings(tracked(43))[0].code, "statistics-still-cold");
  assert.equal(findings(tracked(44), { momentum: 0.01 })[0].value, 0.99 ** 44);
  assert.match(diagnose({ a: tracked(43) })[0].message, /train 1 steps more/);
  assert.deepEqual(findings(tracked(2), { momentum: null }), []);
});

Deno.test("diagnose() takes what is different in single layers over what holds for all", () => {
  const states = { a: sound, b: sound };
  const told = diagnose(states, {
    momentum: 1e-3,
    layers: { a: { momentum: 0.1, skippedUpdates: 3 } },
  });
  assert.deepEqual(told.map(({ layer, code, value }) => [layer, code, value]), [
    ["a", "skipped-updates", 3],
    ["b", "statistics-still-cold", 0.999 ** 500],
  ]);
});

Deno.test("diagnose() measures the gap to the pooled data, however it is cut into batches", () => {
  // Two channels with means 2 and −1 and deviations 1 and √2 away, or double, from the statistics.
  const data = [2, -3, 4, 1, 3, -1, 3, -1];
  const state = { ...sound, running_mean: [3, -1], running_var: [0.5, 2] };
  assert.deepEqual(
    findings(state, { layers: { layer: { moments: moments(tensor([4, 2], data)) } } }),
    [],
  );
  const off = { ...state, running_mean: [3 + 2 * Math.SQRT1_2, -1] };
  assertHolds(
    fc.property(fc.integer({ min: 0, max: 4 }), (cut) => {
      const batches = [data.slice(0, 2 * cut), data.slice(2 * cut)]
        .map((part) => moments(tensor([part.length / 2, 2], part)));
      const [gap] = findings(off, { eps: 1e-12, layers: { layer: { moments: batches } } });
      assert.equal(gap.code, "gap");
      // d is 2 in one channel and 0 in the other.
      assertClose([gap.value], [Math.SQRT2], 1e-9);
    }),
    10,
  );
});

Deno.test("diagnose() counts r and d beyond the limits that the schedule leads to", () => {
  const batch = (mean: number[], variance: number[]) => ({
    mean: Float64Array.from(mean),
    variance: Float64Array.from(variance),
    m: 4,
  });
  const state = { running_mean: [0, 0], running_var: [1, 4] };
  // r: 4, 1/4; 1, 1. d: 0, 0; 6, −1.
  const batches = [batch([0, 0], [16, 0.25]), batch([6, -2], [1, 4])];
  const share = (given: DiagnoseOptions) =>
    findings(state, { ...given, layers: { layer: { moments: batches } } })
      .filter(({ code }) => code === "beyond-limits").map(({ value }) => value);
  assert.deepEqual(share({}), []);
  assert.deepEqual(share({ rmax: 3 }), [0.75]);
  assert.deepEqual(share({ rmax: 5, dmax: 5 }), [0.25]);
  assert.deepEqual(share({ rmax: 5, dmax: 7 }), []);
  const schedule = { rmax: [[1, 1], [9, 5]], dmax: [[1, 0], [9, 5]] } as const;
  assert.deepEqual(share({ schedule }), [0.25]);
});

Deno.test("diagnose() refuses what is no state, and layers that have none", () => {
  const cases: [unknown, unknown, string][] = [
    [[sound], {}, "states to be an object of state dicts: got [Object]"],
    [new Map(), {}, "states to be an object of state dicts: got Map"],
    [{ a: 7 }, {}, "state a to be an object: got 7"],
    [{ a: sound }, { layers: { b: {} } }, 'layers among a: got "b"'],
    [
      { a: sound },
      { layers: { a: { moments: 7 } } },
      "moments to be moments or an array of them: got 7",
    ],
    [
      { a: { ...sound, running_var: [1] } },
      {},
      "state a.running_var to be an array of 2 numbers: got 1 of them",
    ],
  ];
  for (const [states, options, wanted] of cases) {
    const message = `diagnose expects ${wanted}`;
    assert.throws(() => diagnose(states as never, options as never), {
      name: "TypeError",
      message,
    });
  }
});

Deno.test("diagnose() takes layers with the names of what objects inherit", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    const states = Object.fromEntries([[name, sound]]);
    assert.deepEqual(diagnose(states), []);
    const layers = Object.fromEntries([[name, { skippedUpdates: 2 }]]);
    assert.deepEqual(diagnose(states, { layers }).map(({ layer }) => layer), [name]);
  }
});

Deno.test("diagnose() counts a last batch of one value in the gap, and not in what is clipped", () => {
  const [whole, last] = [[1, 3, 2, 0], [1.5]].map((v) => moments(tensor([v.length, 1], v)));
  const state = { running_mean: [1.5], running_var: [1.25] };
  const of = (...moments: unknown[]) =>
    findings(state, { rmax: 3, layers: { layer: { moments } } } as DiagnoseOptions);
  assert.deepEqual(of(whole, last), []);
  assert.deepEqual(of(last), []);
  assert.deepEqual(of(last, last).map(({ code }) => code), ["gap"]);
});
