import assert from "node:assert/strict";
import { BatchNorm1d, batchRenormForward, moments, type Tensor } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchNormalization, batchRenormalization, freezeBatchNorm, gapReport } = renormLayers(tf);

const random = seededRandom(5);
const channels = 4;
const epsilon = 0.01;
const limits = { rmax: 1.2, dmax: 0.3 };
const parameters = ["renorm", "norm"].map(() => ({
  weight: randomTensor([channels], random, { shift: 1, scale: 0.3 }).data,
  bias: randomTensor([channels], random).data,
  runningMean: randomTensor([channels], random, { scale: 0.5 }).data,
  runningVar: randomTensor([channels], random, { shift: 1.5, scale: 0.3 }).data,
}));
const samples = randomTensor([10, channels], random, { scale: 1.5, shift: 0.3 });
const labels = randomTensor([10, channels], random);
const [x, y] = [samples, labels].map(({ data, shape }) => tf.tensor(data, [...shape]));

/** Batch renorm, then TensorFlow.js' own batch norm. */
function twoNorms(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      batchRenormalization({
        name: "renorm",
        inputShape: [channels],
        ...{ ...limits, warmupSteps: 0, epsilon },
      }),
      tf.layers.batchNormalization({ name: "norm", epsilon }),
    ],
  });
  model.layers.forEach((layer, i) => {
    const { weight, bias, runningMean, runningVar } = parameters[i];
    layer.setWeights([weight, bias, runningMean, runningVar].map((values) => tf.tensor(values)));
  });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return model;
}

const rowsOf = (data: Float32Array, from: number, count: number): Tensor => ({
  data: data.slice(from * channels, (from + count) * channels),
  shape: [count, channels],
});

/** What must come out, from core-math: of both layers, over the three whole batches of 3. */
function expectedGap() {
  const layers = parameters.map(() => ({ d: 0, r: 0, rClipped: 0, dClipped: 0 }));
  let loss = 0;
  const values = 3 * channels;
  for (const from of [0, 3, 6]) {
    let input = rowsOf(samples.data, from, 3);
    for (const [i, { runningMean, runningVar, ...affine }] of parameters.entries()) {
      const { mean, variance } = moments(input, { layout: "channels-last" });
      const beyond = i === 0 ? limits : { rmax: 3, dmax: 5 };
      for (let c = 0; c < channels; c++) {
        const std = Math.sqrt(runningVar[c] + epsilon);
        const [r, d] = [Math.sqrt(variance[c] + epsilon) / std, (mean[c] - runningMean[c]) / std];
        layers[i].r += (r - 1) ** 2 / values;
        layers[i].d += d ** 2 / values;
        if (r > beyond.rmax || r < 1 / beyond.rmax) layers[i].rClipped += 1 / values;
        if (Math.abs(d) > beyond.dmax) layers[i].dClipped += 1 / values;
      }
      const state = { ...affine, runningMean, runningVar };
      const options = { layout: "channels-last", eps: epsilon, updateStats: false } as const;
      const used = i === 0 ? limits : { rmax: 1, dmax: 0 };
      input = batchRenormForward(input, state, { ...options, ...used }).y;
    }
    const wanted = rowsOf(labels.data, from, 3).data;
    input.data.forEach((value, i) => loss += (value - wanted[i]) ** 2 / (3 * values));
  }
  return { layers, loss };
}

/** The loss in inference, from core-math. */
function expectedEvalLoss(count: number): number {
  let input = rowsOf(samples.data, 0, count);
  for (const { weight, bias, runningMean, runningVar } of parameters) {
    const layer = new BatchNorm1d(channels, { eps: epsilon, layout: "channels-last" });
    layer.loadStateDict({
      ...{ weight, bias, running_mean: runningMean, running_var: runningVar },
      num_batches_tracked: 0n,
    });
    input = layer.eval().forward(input);
  }
  return input.data.reduce((sum, value, i) => sum + (value - labels.data[i]) ** 2, 0) /
    (count * channels);
}

const close = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) < 1e-5, `${value}, expected ${expected}`);

Deno.test("strays, clipping and loss are core-math's, over the batches that fill", async () => {
  const { layers, training, eval: atEval } = await gapReport(twoNorms(), x, { y, batchSize: 3 });
  const expected = expectedGap();
  assert.ok(expected.layers[0].rClipped > 0 && expected.layers[0].dClipped > 0);
  for (const [i, { d, r, rClipped, dClipped }] of expected.layers.entries()) {
    close(layers[i].meanStrays, Math.sqrt(d));
    close(layers[i].deviationStrays, Math.sqrt(r));
    close(layers[i].rClipped, rClipped);
    close(layers[i].dClipped, dClipped);
  }
  close(training!.loss, expected.loss);
  close(atEval!.loss, expectedEvalLoss(9));
});

Deno.test("it moves nothing and leaves nothing, and prints as a table", async () => {
  const model = twoNorms();
  const before = await Promise.all(model.getWeights().map((weight) => weight.data()));
  const tensors = tf.memory().numTensors;
  const report = await gapReport(model, x, { y, batchSize: 3 });
  assert.match(String(report), /^layer .*mean strays.*\nrenorm .*%\nnorm .*%\nloss: .* in eval\n/);
  assert.deepEqual(await Promise.all(model.getWeights().map((weight) => weight.data())), before);
  assert.equal((model.layers[0] as unknown as { renormStep: number }).renormStep, 0);
  assert.equal(tf.memory().numTensors, tensors);
  assert.ok(model.layers.every((layer) => !Object.hasOwn(layer, "call")));
});

Deno.test("a layer that is frozen has no gap of its own, but TensorFlow.js' goes on", async () => {
  const model = tf.sequential({
    layers: [batchNormalization({ name: "ours", inputShape: [channels] })],
  });
  const stock = tf.sequential({
    layers: [tf.layers.batchNormalization({ name: "stock", inputShape: [channels] })],
  });
  for (const [made, isOurs] of [[model, true], [stock, false]] as const) {
    freezeBatchNorm(made);
    made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const { layers, training, eval: atEval } = await gapReport(made, x, { y, batchSize: 5 });
    assert.ok(layers[0].meanStrays > 0.1);
    assert.equal(training!.loss === atEval!.loss, isOurs);
  }
});

Deno.test("several inputs, and fewer samples than a batch", async () => {
  const inputs = [1, 2].map(() => tf.input({ shape: [channels] }));
  const sum = tf.layers.add().apply(inputs) as tf.SymbolicTensor;
  const outputs = batchRenormalization({ name: "norm" }).apply(sum) as tf.SymbolicTensor;
  const { layers, training } = await gapReport(tf.model({ inputs, outputs }), [x, x]);
  assert.ok(layers[0].meanStrays > 0);
  assert.equal(training, null);
});

Deno.test("what is wrong is named, and nothing is left behind", async () => {
  const model = twoNorms();
  const tensors = tf.memory().numTensors;
  const wrong: [Parameters<typeof gapReport>, RegExp][] = [
    [[{} as tf.LayersModel, x], /gapReport expects a tf.LayersModel: got Object/],
    [[model, [[1, 2, 3, 4]] as unknown as tf.Tensor], /x and y to be tensors: got \[1, 2, 3, 4\]/],
    [[model, x, y as object], /gapReport expects options, { y, batchSize }: got a tensor/],
    [[model, x, { y: { other: y } }], /x and y to be tensors: got undefined/],
    [[model, x, null as unknown as object], /gapReport expects options to be an object: got null/],
    [[model, x, { batchSize: "4" as unknown as number }], /^TypeError: .*batchSize .*got "4"/],
    [[model, x, { batchSize: 1 }], /^RangeError: .*batchSize .*at least 2: got 1/],
    [[model, x, { batch: 2 } as object], /got "batch"/],
    [
      [tf.sequential({ layers: [tf.layers.reLU({ inputShape: [4] })] }), x, { y }],
      /a compiled model/,
    ],
    [[model, tf.zeros([4, 3])], /shape/],
    [[model, tf.zeros([0, 4])], /^RangeError: gapReport expects x and y with samples: got none/],
  ];
  const given = 2;
  for (const [args, message] of wrong) await assert.rejects(gapReport(...args), message);
  assert.equal(tf.memory().numTensors, tensors + given);
});

Deno.test("a layer in its warm-up is judged by the limits that the schedule leads to, and the report says so", async () => {
  const reports: Awaited<ReturnType<typeof gapReport>>[] = [];
  for (const renormStep of [0, 40, 100]) {
    const layer = batchRenormalization({
      ...{ name: "norm", inputShape: [channels], epsilon, renormStep },
      schedule: { rmax: [[0, 1], [100, limits.rmax]], dmax: [[50, 0], [50, limits.dmax]] },
    });
    const model = tf.sequential({ layers: [layer] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    reports.push(await gapReport(model, x, { y, batchSize: 5 }));
  }
  const [start, middle, end] = reports;
  for (const { training, layers: [layer] } of reports) {
    assert.deepEqual(training, end.training);
    assert.deepEqual({ ...layer, warmup: null }, end.layers[0]);
    assert.deepEqual(layer.limits, limits);
  }
  assert.equal(start.layers[0].warmup?.step, 0);
  const { step, steps, limits: next } = middle.layers[0].warmup!;
  assert.deepEqual([step, steps, next.dmax], [40, 100, 0]);
  close(next.rmax, 1 + 0.41 * (limits.rmax - 1));
  assert.match(
    String(middle),
    /\nnorm: warm-up at step 40 of 100: rmax 1.082, dmax 0 next; this report takes rmax 1.2, dmax 0.3, where it ends(\n|$)/,
  );
  assert.doesNotMatch(String(end), /warm-up/);
});

Deno.test("the report names frozen layers and averages that never moved", async () => {
  const model = tf.sequential({
    layers: [
      batchRenormalization({ name: "ours", inputShape: [channels], trainable: false }),
      tf.layers.batchNormalization({ name: "stock", trainable: false }),
      batchRenormalization({ name: "moved", warmupSteps: 0 }),
    ],
  });
  model.getLayer("moved").setWeights(
    [1, 0, 0.5, 1].map((value) => tf.fill([channels], value)),
  );
  const report = await gapReport(model, x, { batchSize: 5 });
  const told = report.layers.map(({ path, isFrozen, isStock, neverMoved }) => [
    path,
    isFrozen,
    isStock,
    neverMoved,
  ]);
  assert.deepEqual(told, [
    ["ours", true, false, true],
    ["stock", true, true, true],
    ["moved", false, false, false],
  ]);
  const text = String(report);
  assert.match(text, /\nours: frozen: in inference while the model trains, until it is thawed\n/);
  assert.match(text, /\nstock: frozen, but TensorFlow.js' own layer moves its averages/);
  assert.match(text, /\nours, stock: Its statistics never moved/);
});
