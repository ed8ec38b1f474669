import assert from "node:assert/strict";
import { moments } from "@renorm/core-math";
import { fc } from "@renorm/testing/fast_check";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";
import {
  assertPooled,
  cutAt,
  data,
  dataOf,
  deepModel,
  inputOf,
  samples,
  statisticsOf,
  x,
} from "./testing/deep_model.ts";
import golden from "./testdata/update_bn.json" with { type: "json" };

await tf.setBackend("cpu");
const { batchNormalization, freezeBatchNorm, getRenormSteps, recalibrate } = renormLayers(tf);

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

Deno.test("the same at magnitudes from 1e-18 to 1e18, and beside a large mean", async () => {
  for (const [shift, scale] of [[0, 1e18], [0, 1e-18], [1e4, 1], [1e6, 10], [1e-6, 1e-9]]) {
    const given = randomTensor([300, 2], seededRandom(6), { shift, scale });
    const norm = batchNormalization({ inputShape: [2], name: "norm" });
    const model = tf.sequential({ layers: [norm] });
    await recalibrate(model, tf.tensor2d(given.data, [300, 2]), { batchSize: 7 });
    assertPooled(model, "norm", given);
  }
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
