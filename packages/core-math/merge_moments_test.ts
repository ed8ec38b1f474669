import assert from "node:assert/strict";
import fc from "fast-check";
import { moderate } from "@renorm/testing/random_cases";
import { assertClose, assertHolds, assertSame, tensor } from "@renorm/testing/assertions";
import { mergeMoments } from "./moments.ts";
import type { Moments } from "./math/moments.ts";
import { moments } from "./moments.ts";

const rows = fc.array(fc.tuple(moderate, moderate), { minLength: 1, maxLength: 40 });

function momentsOf(part: readonly (readonly number[])[]): Moments {
  return moments(tensor([part.length, 2], part.flat()));
}

function assertMoments(actual: Moments, expected: Moments): void {
  assert.equal(actual.m, expected.m);
  // Values reach 8, and so do means; variances reach 64.
  assertClose([...actual.mean, 8], [...expected.mean, 8], 1e-12);
  assertClose([...actual.variance, 64], [...expected.variance, 64], 1e-12);
}

Deno.test("mergeMoments() joins two parts by hand: {1, 3} and {8} are {1, 3, 8}", () => {
  const a = { mean: new Float64Array([2]), variance: new Float64Array([1]), m: 2 };
  const b = { mean: new Float64Array([8]), variance: new Float64Array([0]), m: 1 };
  const { mean, variance, m } = mergeMoments(a, b);
  assert.equal(m, 3);
  assert.equal(mean[0], 4);
  assertClose(variance, [26 / 3], 1e-15);
});

Deno.test("mergeMoments() of two parts are the moments of the whole, in either order", () => {
  assertHolds(fc.property(rows, fc.nat(40), (whole, cut) => {
    const a = momentsOf(whole.slice(0, cut));
    const b = momentsOf(whole.slice(cut));
    assertMoments(mergeMoments(a, b), momentsOf(whole));
    assertMoments(mergeMoments(b, a), momentsOf(whole));
  }));
});

Deno.test("mergeMoments() of single values, one after the other, are the moments of all", () => {
  assertHolds(fc.property(rows, (whole) => {
    const parts = whole.map((row) => momentsOf([row]));
    assertMoments(parts.reduce(mergeMoments), momentsOf(whole));
  }));
});

Deno.test("mergeMoments() keeps a small variance beside a large mean", () => {
  const part = (values: number[]) => moments({ data: Float64Array.from(values), shape: [2, 1] });
  const { mean, variance } = mergeMoments(part([1e8, 1e8 + 2]), part([1e8 + 4, 1e8 + 6]));
  assertSame({ mean, variance }, { mean: [1e8 + 3], variance: [5] });
});

Deno.test("mergeMoments() with an empty part are the moments of the other", () => {
  const empty = momentsOf([]);
  const part = momentsOf([[1, 2], [3, 8]]);
  assertSame(mergeMoments(empty, part), part);
  assertSame(mergeMoments(part, empty), part);
  assertSame(mergeMoments(empty, empty), { mean: [0, 0], variance: [0, 0], m: 0 });
});

Deno.test("mergeMoments() refuses other numbers of channels and an m that is no count", () => {
  const part = momentsOf([[1, 2], [3, 8]]);
  const narrow = moments(tensor([2, 1], [1, 2]));
  assert.throws(() => mergeMoments(part, narrow), {
    name: "TypeError",
    message: "mergeMoments expects b.mean to have 2 values, one per channel: got 1",
  });
  for (const [m, name] of [[-1, "RangeError"], [1.5, "RangeError"], [undefined, "TypeError"]]) {
    for (const pair of [[part, { ...part, m }], [{ ...part, m }, part]] as [Moments, Moments][]) {
      assert.throws(() => mergeMoments(...pair), {
        name: String(name),
        message: `mergeMoments expects m to be an integer of at least 0: got ${m}`,
      });
    }
  }
});
