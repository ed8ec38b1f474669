import assert from "node:assert/strict";
import fc from "fast-check";
import { assertClose, assertHolds, assertSame, tensor } from "@renorm/testing/assertions";
import { moderate } from "@renorm/testing/random_cases";
import { BatchRenorm1d } from "./layers/batch_renorm_layers.ts";
import { mergeRunningStats, type RunningStatsPart } from "./merge_running_stats.ts";
import { moments } from "./moments.ts";

type Row = readonly [number, number];
const rows = fc.array(fc.tuple(moderate, moderate), { minLength: 2, maxLength: 40 });
const runningVariance = fc.constantFrom("biased" as const, "unbiased" as const);
const cuts = fc.array(fc.nat(40), { maxLength: 4 });

/** What a layer that takes each batch as it is would hold after these rows. */
function part(rows: readonly Row[], variance: "biased" | "unbiased"): RunningStatsPart {
  const { mean, variance: biased, m } = moments(tensor([rows.length, 2], rows.flat()));
  const factor = variance === "unbiased" && m > 1 ? m / (m - 1) : 1;
  const running_var = biased.map((value) => value * factor);
  return { state: { running_mean: mean, running_var, num_batches_tracked: m }, samples: m };
}

function cut(whole: readonly Row[], places: readonly number[]): Row[][] {
  const ends = [...places.map((place) => Math.min(place, whole.length)), whole.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, i) => whole.slice(ends[i - 1] ?? 0, end));
}

function assertStats(actual: RunningStatsPart["state"], expected: RunningStatsPart["state"]): void {
  // Values reach 8, and variances 64.
  assertClose(
    [...Array.from(actual.running_mean!), 8],
    [...Array.from(expected.running_mean!), 8],
    1e-12,
  );
  assertClose(
    [...Array.from(actual.running_var!), 64],
    [...Array.from(expected.running_var!), 64],
    1e-12,
  );
}

Deno.test("mergeRunningStats() of any cut, empty and single parts too, is the whole, in any order", () => {
  assertHolds(fc.property(rows, cuts, runningVariance, fc.nat(), (whole, places, kind, turn) => {
    const parts = cut(whole, places).map((rows) => part(rows, kind));
    const options = { runningVariance: kind };
    const turned = [...parts.slice(turn % parts.length), ...parts.slice(0, turn % parts.length)];
    const expected = part(whole, kind).state;
    assertStats(mergeRunningStats(parts, options), expected);
    assertStats(mergeRunningStats(turned.reverse(), options), expected);
  }));
});

Deno.test("mergeRunningStats() is associative", () => {
  assertHolds(fc.property(rows, cuts, runningVariance, fc.nat(), (whole, places, kind, at) => {
    const parts = cut(whole, places).map((rows) => part(rows, kind));
    const samples = (some: RunningStatsPart[]) =>
      some.reduce((sum, { samples }) => sum + samples, 0);
    const groups = [parts.slice(0, at % parts.length), parts.slice(at % parts.length)]
      .filter((group) => samples(group) > 0);
    const options = { runningVariance: kind };
    const inGroups = groups.map((group) => ({
      state: mergeRunningStats(group, options),
      samples: samples(group),
    }));
    assertStats(mergeRunningStats(inGroups, options), mergeRunningStats(parts, options));
  }));
});

Deno.test("mergeRunningStats() keeps the spread between clients that the average forgets", () => {
  const clients = [[-3, 1, 2], [5, 3, 6]].map(([mean, variance, samples]) => ({
    state: { running_mean: [mean], running_var: [variance] },
    samples,
  }));
  const biased = mergeRunningStats(clients, { runningVariance: "biased" });
  // 2/8 · (1 + 36) + 6/8 · (3 + 4)
  assertSame(biased, { running_mean: [3], running_var: [14.5] });
  // (1 · 1 + 2 · 36 + 3 · 5 + 6 · 4) / 7
  assertSame(mergeRunningStats(clients), { running_mean: [3], running_var: [16] });
});

Deno.test("mergeRunningStats() takes layers' states, leaves weights out and keeps the furthest step", () => {
  const layer = new BatchRenorm1d(2);
  layer.forward(tensor([3, 2], [1, 2, 3, 4, 5, 9]));
  const state = { ...layer.stateDict(), renorm_step: 0 };
  const ahead = { ...state, num_batches_tracked: 5n, renorm_step: 3n };
  const { running_mean, running_var, num_batches_tracked } = state;
  const alone = mergeRunningStats([{ state, samples: 1 }, { state: ahead, samples: 0 }]);
  assertSame(alone, { running_mean, running_var, num_batches_tracked, renorm_step: 0 });
  const both = mergeRunningStats([{ state, samples: 3 }, { state: ahead, samples: 3 }]);
  assert.deepEqual([both.num_batches_tracked, both.renorm_step], [5, 3]);
  layer.loadStateDict({ ...layer.stateDict(), ...both });
  assert.deepEqual([layer.numBatchesTracked, layer.renormStep], [5, 3]);
});

Deno.test("a part without samples counts nothing, not even its NaN or its counters", () => {
  const state = { running_mean: [1], running_var: [2], num_batches_tracked: 3 };
  const idle = { running_mean: [NaN], running_var: [-1], num_batches_tracked: 9 };
  const parts = [{ state: idle, samples: 0 }, { state, samples: 4 }];
  assert.deepEqual(mergeRunningStats(parts), {
    running_mean: Float64Array.of(1),
    running_var: Float64Array.of(2),
    num_batches_tracked: 3,
  });
});

Deno.test("mergeRunningStats() refuses what it cannot pool, and says where it stands", () => {
  const good = { state: { running_mean: [1], running_var: [1] }, samples: 2 };
  const state = (more: object) => [good, { ...good, state: { ...good.state, ...more } }];
  const cases: [unknown, string, string][] = [
    [good, "TypeError", "parts to be an array of { state, samples }: got Object"],
    [[], "RangeError", "samples in at least one part: got 0"],
    [[{ ...good, samples: 0 }], "RangeError", "samples in at least one part: got 0"],
    [[{ ...good, samples: 0.5 }], "RangeError", "samples to be an integer of at least 0: got 0.5"],
    [[good, 7], "TypeError", "parts[1] to be an object: got 7"],
    [
      state({ running_mean: [1, 2] }),
      "TypeError",
      "parts[1].state.running_mean to be an array of 1 numbers: got 2 of them",
    ],
    [
      state({ running_var: [-1] }),
      "RangeError",
      "parts[1].state.running_var to be finite and at least 0: got -1 in channel 0",
    ],
    [
      state({ running_mean: [NaN] }),
      "RangeError",
      "parts[1].state.running_mean to be finite: got NaN in channel 0",
    ],
  ];
  for (const [parts, name, wanted] of cases) {
    const message = `mergeRunningStats expects ${wanted}`;
    assert.throws(() => mergeRunningStats(parts as RunningStatsPart[]), { name, message });
  }
});
