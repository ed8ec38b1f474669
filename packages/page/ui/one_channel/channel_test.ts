import assert from "node:assert/strict";
import { torchGenerator } from "@renorm/experiments/data/torch_random";
import {
  type Channel,
  firstChannel,
  nextBatch,
  normalise,
  reach,
  withCount,
  withDeviation,
  withMean,
  withValue,
} from "./channel.ts";

const { randn } = torchGenerator(3);

function near(actual: readonly number[], expected: readonly number[], error = 1e-4): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < error, `${actual}`));
}

const shut = { rmax: 1, dmax: 0 };

Deno.test("a batch is normalised by its own moments, and by the running ones, as the formulas say", () => {
  const channel: Channel = { ...firstChannel, values: [1, 3], runningMean: 1, runningVar: 4 };
  const { batch, running, open, batchNorm, inference } = normalise(channel);
  near([batch.mean, batch.deviation, running.mean, running.deviation], [2, 1, 1, 2]);
  near(batchNorm, [-1, 1]);
  near(inference, [0, 1]);
  near([open.r, open.d], [0.5, 0.5]);
});

Deno.test("within wide limits batch renorm gives what inference will, with shut ones batch norm", () => {
  const { batchRenorm, inference, open, used } = normalise(firstChannel);
  near(batchRenorm, inference, 1e-6);
  assert.deepEqual(used, open);
  const closed = normalise({ ...firstChannel, ...shut });
  assert.deepEqual(closed.batchRenorm, closed.batchNorm);
  assert.deepEqual(closed.used, { r: 1, d: 0 });
  assert.deepEqual(closed.open, open);
});

Deno.test("what is clipped of d is missing in every output", () => {
  const channel = { ...firstChannel, dmax: 0.4 };
  const { batchRenorm, inference, open, used } = normalise(channel);
  assert.equal(used.d, 0.4);
  near(batchRenorm, inference.map((y) => y - (open.d - 0.4)), 1e-6);
});

Deno.test("the mean moves d alone, the deviation r alone, and all values stay in reach", () => {
  const before = normalise(firstChannel);
  const moved = normalise(withMean(firstChannel, -0.5));
  near([moved.batch.mean, moved.open.r], [-0.5, before.open.r]);
  const stretched = normalise(withDeviation(firstChannel, 1.2));
  near([stretched.batch.deviation, stretched.open.d], [1.2, before.open.d]);
  for (const far of [withMean(firstChannel, 9), withDeviation(firstChannel, 9)]) {
    near([Math.max(...far.values)], [reach]);
  }
  assert.equal(withValue(firstChannel, 1, -9).values[1], -reach);
});

Deno.test("a batch that was squeezed keeps its shape, and one of equal values becomes a row", () => {
  const squeezed = withDeviation(firstChannel, 0);
  const { deviation } = normalise(firstChannel).batch;
  // Beside so small a deviation eps counts for a little.
  near(withDeviation(squeezed, deviation).values, firstChannel.values, 5e-3);
  const row = withDeviation({ ...firstChannel, values: [1, 1, 1] }, 0.5);
  near([row.values[0] + row.values[2], row.values[1]], [2, 1]);
  near([normalise(row).batch.deviation], [0.5]);
});

Deno.test("the next batch comes after the running statistics went a part of the way to this one", () => {
  const { values, runningMean, runningVar } = nextBatch(
    { ...firstChannel, values: [2, 4], momentum: 0.25 },
    randn,
  );
  near([runningMean, runningVar], [0.75, 1]);
  assert.notDeepEqual(values, [2, 4]);
  let channel: Channel = { ...firstChannel, momentum: 1 };
  for (let i = 0; i < 200; i++) {
    const { batch } = normalise(channel);
    channel = nextBatch(channel, randn);
    near([normalise(channel).running.mean], [batch.mean]);
    assert.ok(channel.values.length === 4 && channel.values.every((one) => Math.abs(one) <= reach));
  }
});

Deno.test("values come and go at the end of a batch", () => {
  const more = withCount(firstChannel, 8, randn);
  assert.deepEqual(more.values.slice(0, 4), firstChannel.values);
  assert.equal(more.values.length, 8);
  assert.deepEqual(withCount(more, 2, randn).values, firstChannel.values.slice(0, 2));
});
