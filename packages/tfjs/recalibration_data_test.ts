/** What a recalibration goes through, who is told, and what an interruption leaves. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";
import { assertPooled, cutAt, data, dataOf, deepModel, inputOf, x } from "./testing/deep_model.ts";

await tf.setBackend("cpu");
const { recalibrate } = renormLayers(tf);

Deno.test("data sets, with labels too, iterables and functions of them are gone through, and freed where they are ours", async () => {
  const rows = x.arraySync() as number[][];
  const array = tf.data.array(rows);
  const labelled = tf.data.zip({ xs: array, ys: tf.data.array(rows.map(([first]) => first)) });
  const freeing = async function* () {
    for (const batch of cutAt([5, 19])) {
      yield await Promise.resolve(batch);
      batch.dispose();
    }
  };
  const wanted = deepModel();
  const options = { normalizeBy: "running", passes: 2 } as const;
  await recalibrate(wanted, x, options);
  const given = [array.batch(7), labelled.batch(23), freeing, new Set(cutAt([23, 1]))];
  for (const [i, data] of given.entries()) {
    const model = deepModel();
    const tensors = tf.memory().numTensors;
    await recalibrate(model, data as Parameters<typeof recalibrate>[1], options);
    assert.equal(tf.memory().numTensors, tensors, `data ${i}`);
    assertPooled(model, "first", dataOf(x));
    assertPooled(model, "second", inputOf(wanted, "second"));
  }
});

Deno.test("progress is told after every batch, and awaited", async () => {
  const told: string[] = [];
  await recalibrate(deepModel(), cutAt([10, 13, 1]), {
    passes: 2,
    async onProgress({ pass, passes, batches, samples }) {
      await Promise.resolve();
      told.push(`${pass}/${passes} ${batches} ${samples}`);
    },
  });
  const ofPass = (pass: number) => [`${pass}/2 1 10`, `${pass}/2 2 23`, `${pass}/2 3 24`];
  assert.deepEqual(told, [...ofPass(1), ...ofPass(2)]);
});

Deno.test("a run that is interrupted leaves the old statistics, and gives the data back", async () => {
  const stop = () => {
    throw new Error("enough");
  };
  const broken = function* () {
    yield* cutAt([10, 14]).slice(0, 1);
    stop();
  };
  let isClosed = false;
  const closing = function* () {
    try {
      yield* cutAt([12, 12]);
    } finally {
      isClosed = true;
    }
  };
  const inSecondPass = ({ pass }: { pass: number }) => pass === 2 && stop();
  const passes = { normalizeBy: "running", passes: 2 } as const;
  const runs: [Parameters<typeof recalibrate>[1], object, RegExp][] = [
    [x, { onProgress: stop }, /^Error: enough$/],
    [x, { onProgress: inSecondPass, ...passes }, /^Error: enough$/],
    [broken, {}, /^Error: enough$/],
    [closing, { onProgress: stop }, /^Error: enough$/],
    [closing(), passes, /^RangeError: .*gone through again: got no samples in pass 2$/],
    [[x, tf.zeros([2, 4])], {}, /shape/],
    [[x, tf.fill([2, 5], NaN)], {}, /^RangeError: .*finite values before first: got a mean of NaN/],
    [[x, tf.fill([2, 5], 3e38)], {}, /^RangeError: .*finite values before first: got a /],
  ];
  const model = deepModel();
  const read = () => model.getWeights().map((weight) => weight.dataSync());
  const before = read();
  for (const [data, options, message] of runs) {
    await assert.rejects(recalibrate(model, data, options), message);
    assert.deepEqual(read(), before);
  }
  assert.ok(isClosed);
  // Left to run, the same model is recalibrated.
  await recalibrate(model, x);
  assertPooled(model, "first", data);
});

Deno.test("a prediction between two batches is one of the model as it was", async () => {
  const model = deepModel();
  const expected = (model.predict(x) as tf.Tensor).dataSync();
  await recalibrate(model, x, {
    batchSize: 6,
    onProgress: () => assert.deepEqual((model.predict(x) as tf.Tensor).dataSync(), expected),
  });
  assertPooled(model, "first", data);
});

Deno.test("what is wrong is named", async () => {
  const model = deepModel();
  const disposed = tf.ones([3, 2]);
  disposed.dispose();
  const wrong: [unknown[], RegExp][] = [
    [[{}, x], /^TypeError: recalibrate expects a tf.LayersModel: got Object/],
    [[model, 3], /^TypeError: recalibrate expects data to be a tensor, .*: got 3/],
    [[model, [[1, 2]]], /^TypeError: recalibrate expects a batch to be tensors: got 1/],
    [[model, disposed], /^TypeError: recalibrate expects data to be .*: got a disposed tensor/],
    [[model, [disposed]], /^TypeError: .*a batch to be tensors: got a disposed tensor/],
    [[model, []], /^RangeError: recalibrate expects data with samples: got no samples in pass 1/],
    [
      [model, x, { normalizeBy: "all" }],
      /^RangeError: .*normalizeBy to be "batch" or "running": got/,
    ],
    [[model, x, { passes: 0 }], /^RangeError: .*passes to be an integer of at least 1: got 0/],
    [[model, x, { includeFrozen: 1 }], /^TypeError: .*includeFrozen to be true or false: got 1/],
    [
      [model, tf.slice(x, 0, 1)],
      /^RangeError: .*more than 1 value per channel before first: got 1/,
    ],
    [[model, x, { onProgress: 1 }], /^TypeError: .*onProgress to be a function: got 1/],
    [[model, x, { momentum: 1 }], /got "momentum"/],
  ];
  for (const [args, message] of wrong) {
    await assert.rejects(recalibrate(...args as Parameters<typeof recalibrate>), message);
  }
});
