import assert from "node:assert/strict";
import { moments, type Tensor } from "@renorm/core-math";
import { fc } from "@renorm/testing/fast_check";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";
import golden from "./testdata/update_bn.json" with { type: "json" };

await tf.setBackend("cpu");
const { batchNormalization, batchRenormalization, freezeBatchNorm, getRenormSteps, recalibrate } =
  renormLayers(tf);

const samples = 24;
const data = randomTensor([samples, 5], seededRandom(3), { shift: 40, scale: 3 });
const x = tf.tensor2d(data.data, [samples, 5]);

/** Three norms of three classes between dense layers, with statistics from elsewhere. */
function deepModel(): tf.Sequential {
  const dense = (units: number, seed: number) =>
    tf.layers.dense({
      units,
      activation: "tanh",
      kernelInitializer: tf.initializers.glorotUniform({ seed }),
    });
  const model = tf.sequential();
  model.add(batchRenormalization({ inputShape: [5], name: "first", renormStep: 7 }));
  model.add(dense(4, 1));
  model.add(tf.layers.batchNormalization({ name: "second" }));
  model.add(dense(3, 2));
  model.add(tf.layers.dropout({ rate: 0.5 }));
  model.add(batchNormalization({ name: "third" }));
  const random = seededRandom(4);
  for (const name of ["first", "second", "third"]) {
    const layer = model.getLayer(name);
    const channels = layer.weights[0].shape as number[];
    const vector = (shift: number, scale: number) =>
      tf.tensor1d(randomTensor(channels, random, { shift, scale }).data);
    layer.setWeights([vector(1, 0.3), vector(0, 1), vector(0, 1), vector(20, 1)]);
  }
  model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
  return model;
}

/** The batches of some sizes. */
function cutAt(sizes: readonly number[]): tf.Tensor[] {
  return tf.split(x, [...sizes]) as tf.Tensor[];
}

const statisticsOf = (model: tf.LayersModel, name: string) =>
  model.getLayer(name).getWeights().slice(-2).map((weight) => weight.dataSync());

/** Asserts 1e-6 of the deviation for means, of the variance for variances. */
function assertPooled(model: tf.LayersModel, name: string, input: Tensor) {
  const { mean, variance } = moments(input, { layout: "channels-last" });
  const [runningMean, runningVar] = statisticsOf(model, name);
  for (let c = 0; c < mean.length; c++) {
    const unit = Math.max(Math.sqrt(variance[c]), Math.abs(mean[c]));
    const text = `${name}[${c}]: ${runningMean[c]} and ${runningVar[c]}, expected ${mean[c]} and ` +
      `${variance[c]}`;
    assert.ok(Math.abs(runningMean[c] - mean[c]) <= 1e-6 * unit, text);
    assert.ok(Math.abs(runningVar[c] - variance[c]) <= 1e-6 * variance[c], text);
  }
}

/** What a norm is given in inference. */
function inputOf(model: tf.LayersModel, name: string): Tensor {
  return tf.tidy(() => {
    const { input } = model.getLayer(name);
    const output = tf.model({ inputs: model.inputs, outputs: input as tf.SymbolicTensor });
    const before = output.predict(x) as tf.Tensor;
    return { data: before.dataSync<"float32">(), shape: before.shape };
  });
}

/** Sizes that come to all samples, some of one and some of none. */
const cuts = fc.array(fc.integer({ min: 0, max: samples }), { maxLength: 6 }).map((ends) => {
  const sorted = [0, ...ends.toSorted((a, b) => a - b), samples];
  return sorted.slice(1).map((end, i) => end - sorted[i]);
});

Deno.test("the first norm's statistics are the pooled ones of all values, for any cut of the data", async () => {
  const model = deepModel();
  const way = fc.constantFrom("batch" as const, "running" as const);
  await fc.assert(
    fc.asyncProperty(cuts, way, async (sizes, normalizeBy) => {
      const batches = cutAt(sizes);
      const { samples: counted, measured } = await recalibrate(model, batches, { normalizeBy });
      assert.equal(counted, samples);
      assert.deepEqual(measured, ["first", "second", "third"]);
      assertPooled(model, "first", data);
      tf.dispose(batches);
    }),
    { numRuns: 40 },
  );
});

Deno.test("by running statistics and with as many passes as norms, all norms have the pooled ones", async () => {
  await fc.assert(
    fc.asyncProperty(cuts, async (sizes) => {
      const model = deepModel();
      const batches = cutAt(sizes);
      await recalibrate(model, batches, { normalizeBy: "running", passes: 3 });
      for (const name of ["first", "second", "third"]) {
        assertPooled(model, name, inputOf(model, name));
      }
      tf.dispose(batches);
    }),
    { numRuns: 20 },
  );
});

Deno.test("one pass fewer leaves the last norm with those of another input", async () => {
  const model = deepModel();
  await recalibrate(model, x, { normalizeBy: "running", passes: 2 });
  assertPooled(model, "second", inputOf(model, "second"));
  assert.throws(() => assertPooled(model, "third", inputOf(model, "third")), /third/);
});

Deno.test("by the batch, later norms see what they see in training on that batch", async () => {
  const model = deepModel();
  const whole = deepModel();
  await recalibrate(whole, [x]);
  // With one batch the statistics of the batch are those of the data, so inference agrees.
  for (const name of ["first", "second", "third"]) assertPooled(whole, name, inputOf(whole, name));
  await recalibrate(model, x, { batchSize: 4 });
  assert.throws(() => assertPooled(model, "second", inputOf(model, "second")), /second/);
});

Deno.test("nothing but running statistics changes, and no tensor is left behind", async () => {
  const model = deepModel();
  const y = tf.zeros([samples, 3]);
  await model.fit(x, y, { batchSize: 8, verbose: 0 });
  const statistics = new Set(
    ["first", "second", "third"].flatMap((name) =>
      model.getLayer(name).weights.slice(-2).map(({ name }) => name)
    ),
  );
  const read = () => ({
    weights: model.layers.flatMap(({ weights }) =>
      weights.filter(({ name }) => !statistics.has(name)).map((weight) => [
        ...weight.read().dataSync(),
      ])
    ),
    steps: getRenormSteps(model),
  });
  const optimizer = async () =>
    Promise.all((await model.optimizer.getWeights()).map(({ tensor }) => tensor.data()));
  const [before, optimizerBefore] = [read(), await optimizer()];
  const tensors = tf.memory().numTensors;
  await recalibrate(model, x, { batchSize: 7, normalizeBy: "running", passes: 2 });
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual(read(), before);
  assert.deepEqual(await optimizer(), optimizerBefore);
  assert.ok(model.layers.every((layer) => !Object.hasOwn(layer, "call")));
});

Deno.test("frozen layers stay unless they are asked for", async () => {
  const model = deepModel();
  freezeBatchNorm(model);
  model.getLayer("third").trainable = true;
  const before = ["first", "second"].map((name) => statisticsOf(model, name));
  const { measured, kept } = await recalibrate(model, x);
  assert.deepEqual([measured, kept], [["third"], ["first", "second"]]);
  assert.deepEqual(["first", "second"].map((name) => statisticsOf(model, name)), before);
  // Behind frozen norms the third has what inference gives it.
  assertPooled(model, "third", inputOf(model, "third"));
  assert.deepEqual((await recalibrate(model, x, { includeFrozen: true })).kept, []);
  assertPooled(model, "first", data);
});

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

const dataOf = (tensor: tf.Tensor): Tensor => ({
  data: tensor.dataSync<"float32">(),
  shape: tensor.shape,
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

Deno.test("shared layers count all their uses, in nested models with several inputs too", async () => {
  const norm = tf.layers.batchNormalization({ name: "norm" });
  const inner = tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [5] })],
    name: "inner",
  });
  inner.add(norm);
  const inputs = ["a", "b"].map((name) => tf.input({ shape: [5], name }));
  const outputs = inputs.map((input) => inner.apply(input) as tf.SymbolicTensor);
  const model = tf.model({ inputs, outputs });
  const twice = x.mul(-2);
  const both = dataOf(tf.concat([x, twice]));
  for (const batches of [[[x, twice]], [{ b: twice, a: x }], [{ xs: { a: x, b: twice } }]]) {
    norm.setWeights([1, 0, 0, 1].map((value) => tf.fill([5], value)));
    assert.deepEqual((await recalibrate(model, batches)).measured, ["inner.norm"]);
    const [mean, variance] = norm.getWeights().slice(-2).map((weight) => weight.dataSync());
    const expected = moments(both, { layout: "channels-last" });
    mean.forEach((value, c) => assert.ok(Math.abs(value / expected.mean[c] - 1) < 1e-6));
    variance.forEach((value, c) => assert.ok(Math.abs(value / expected.variance[c] - 1) < 1e-6));
  }
});

Deno.test("every rank and axis is measured", async () => {
  const shapes: [number[], number][] = [
    [[6, 3], -1],
    [[6, 3], 1],
    [[2, 4, 3], 2],
    [[2, 4, 3], 1],
    [[4, 3, 2], 1],
    [[3, 2, 4, 2], 3],
    [[2, 3, 4, 2], 2],
  ];
  for (const [shape, axis] of shapes) {
    const layer = batchNormalization({ axis, inputShape: shape });
    const model = tf.sequential({ layers: [layer] });
    const given = randomTensor([5, ...shape], seededRandom(9), { shift: 2 });
    const tensor = tf.tensor(given.data, [...given.shape]);
    const rank = shape.length + 1;
    const channel = axis < 0 ? axis + rank : axis;
    const others = [...shape.keys(), shape.length].filter((i) => i !== channel);
    const expected = tf.moments(tensor, others);
    await recalibrate(model, tensor, { batchSize: 2 });
    const [mean, variance] = layer.getWeights().slice(-2);
    for (const [value, wanted] of [[mean, expected.mean], [variance, expected.variance]]) {
      const wantedValues = wanted.dataSync();
      value.dataSync().forEach((one, c) => assert.ok(Math.abs(one - wantedValues[c]) < 1e-5));
    }
  }
});

Deno.test("one value per channel is normalised by the statistics that the layer has, and counts", async () => {
  const ones = tf.split(x, samples);
  const [byBatch, byRunning] = [deepModel(), deepModel()];
  await recalibrate(byBatch, ones);
  await recalibrate(byRunning, ones, { normalizeBy: "running" });
  assert.deepEqual(statisticsOf(byBatch, "third"), statisticsOf(byRunning, "third"));
});

Deno.test("over equal batches means are those of update_bn, whose variances miss the spread between them", async () => {
  const batches = golden.batches.map((rows) => tf.tensor2d(rows));
  const model = tf.sequential({
    layers: [
      batchNormalization({ inputShape: [3], name: "first", epsilon: golden.eps }),
      tf.layers.dense({ units: 2, activation: "tanh", name: "dense" }),
      batchNormalization({ name: "second", epsilon: golden.eps }),
    ],
  });
  model.getLayer("dense").setWeights([
    tf.transpose(tf.tensor2d(golden.weight)),
    tf.tensor1d(golden.bias),
  ]);
  await recalibrate(model, batches);
  for (const [name, wanted] of Object.entries(golden.layers)) {
    const [mean, variance] = statisticsOf(model, name);
    wanted.running_mean.forEach((value, c) => {
      assert.ok(Math.abs(mean[c] - value) < 2e-6, `${name}: ${mean[c]}, update_bn ${value}`);
      const m = golden.batches[0].length;
      const within = wanted.running_var[c] * (m - 1) / m;
      const means = wanted.batch_means.map((batch) => batch[c]);
      const between = means.reduce((sum, one) => sum + (one - value) ** 2, 0) / means.length;
      const expected = within + between;
      assert.ok(Math.abs(variance[c] - expected) < 2e-6 * expected, `${name}[${c}]`);
      if (name === "first") assert.ok(wanted.running_var[c] < 0.9 * variance[c]);
    });
  }
});

Deno.test("what is wrong is named", async () => {
  const model = deepModel();
  const wrong: [unknown[], RegExp][] = [
    [[{}, x], /^TypeError: recalibrate expects a tf.LayersModel: got Object/],
    [[model, 3], /^TypeError: recalibrate expects data to be a tensor, .*: got 3/],
    [[model, [[1, 2]]], /^TypeError: recalibrate expects a batch to .*/],
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
