import assert from "node:assert/strict";
import { constant } from "@renorm/schedule";
import {
  assertSameSteps,
  assertSecondOrder,
  build,
  comparedLayers,
  stepInput,
  tf,
} from "./testing/compare_layer.ts";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchNormalization, batchRenormalization } = renormLayers(tf);

for (const [name, compared] of Object.entries(comparedLayers)) {
  Deno.test(`steps, gradients, averages and inference are core-math's on the cpu backend: ${name}`, async () => {
    for (const fused of [true, false]) await assertSameSteps({ ...compared, fused });
  });
}

Deno.test("batch norm of this package trains as TensorFlow.js' own where that works", async () => {
  const histories: number[][] = [];
  const weights: ArrayLike<number>[][] = [];
  for (const norm of [batchNormalization, tf.layers.batchNormalization]) {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [4], units: 6, kernelInitializer: tf.initializers.ones() }),
        norm({ momentum: 0.8 }),
        tf.layers.dense({ units: 2, kernelInitializer: tf.initializers.heNormal({ seed: 3 }) }),
      ],
    });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
    const x = tf.tensor(stepInput([12, 4], 1).data, [12, 4]);
    const y = tf.tensor(stepInput([12, 2], 2).data, [12, 2]);
    const fitted = await model.fit(x, y, { epochs: 3, batchSize: 4, shuffle: false, verbose: 0 });
    histories.push(fitted.history.loss as number[]);
    weights.push(await Promise.all(model.getWeights().map((weight) => weight.data())));
  }
  histories[0].forEach((loss, i) => assert.ok(Math.abs(loss - histories[1][i]) < 1e-5));
  weights[0].forEach((values, i) =>
    Array.from(values).forEach((value, j) => assert.ok(Math.abs(value - weights[1][i][j]) < 1e-5))
  );
});

Deno.test("inference gives TensorFlow.js' own bits", async () => {
  const layers = [
    batchRenormalization({ epsilon: 1e-4 }),
    tf.layers.batchNormalization({ epsilon: 1e-4 }),
  ];
  const x = tf.tensor(stepInput([2, 3, 3, 4], 2).data, [2, 3, 3, 4]);
  const weights = [1, 2, 3, 4].map((step) => tf.abs(tf.tensor(stepInput([4], step).data)));
  const outputs = await Promise.all(layers.map((layer) => {
    layer.build([null, 3, 3, 4]);
    layer.setWeights(weights);
    return (layer.apply(x) as tf.Tensor).data();
  }));
  assert.deepEqual(outputs[0], outputs[1]);
});

Deno.test("a frozen layer is in inference, and moves nothing", async () => {
  const layer = build(comparedLayers["rank 4"]);
  layer.trainable = false;
  const x = tf.tensor(stepInput([2, 4, 4, 3], 3).data, [2, 4, 4, 3]);
  const before = await Promise.all(layer.getWeights().map((weight) => weight.data()));
  const [training, inference] = await Promise.all(
    [true, false].map((training) => (layer.call(x, { training }) as tf.Tensor).data()),
  );
  assert.deepEqual(training, inference);
  const after = await Promise.all(layer.getWeights().map((weight) => weight.data()));
  assert.deepEqual(after, before);
  assert.equal((layer as unknown as { renormStep: number }).renormStep, 0);
});

Deno.test("a channel whose batch is not finite keeps its averages, and the others move", () => {
  const limits = { rmax: 3, dmax: 5, warmupSteps: 0 };
  // Of 1e25 the mean is finite, but not the variance.
  const x = tf.tensor2d([[1, NaN, 3, 1], [2, 0, 4, 1e25], [3, 1, Infinity, 2], [4, 2, 0, 3]]);
  for (const fused of [true, false]) {
    const layer = build({ shape: [4, 4], axis: -1, limits, fused });
    tf.dispose(layer.call(x, { training: true }));
    const [mean, variance] = layer.nonTrainableWeights.map((weight) => weight.read().dataSync());
    assert.deepEqual([...mean].map((value) => value !== 0), [true, false, false, false]);
    assert.deepEqual([...variance].map((value) => value !== 1), [true, false, false, false]);
  }
});

Deno.test("one value per channel is refused in training and fine in inference; an empty batch passes", () => {
  const layer = build({ shape: [1, 3], axis: -1, limits: { rmax: 3, dmax: 5, warmupSteps: 0 } });
  const one = tf.ones([1, 3]);
  assert.throws(() => layer.call(one, { training: true }), {
    name: "RangeError",
    message: /more than 1 value per channel when training: got shape \[1, 3\]/,
  });
  assert.deepEqual((layer.call(one, {}) as tf.Tensor).shape, [1, 3]);
  assert.deepEqual((layer.call(tf.zeros([0, 3]), { training: true }) as tf.Tensor).shape, [0, 3]);
  assert.equal((layer as unknown as { renormStep: number }).renormStep, 0);
});

Deno.test("what is wrong in a config is named", () => {
  const wrong: [object, RegExp][] = [
    [{ rmax: 0.5 }, /BatchRenormalization expects rmax to be a number of at least 1: got 0.5/],
    [{ dmax: -1 }, /dmax .*got -1/],
    [{ warmupSteps: 0.5 }, /warmupSteps .*got 0.5/],
    [{ momentum: 2 }, /momentum to be a number in \[0, 1\]: got 2/],
    [{ epsilon: 0 }, /epsilon to be finite and above 0: got 0/],
    [{ fused: "yes" }, /fused to be true or false: got "yes"/],
    [{ scale: 1 }, /scale to be true or false: got 1/],
    [{ axis: [1, 2] }, /axis to be one integer: got \[1, 2\]/],
    [{ rmax: 3, schedule: constant(1, 0) }, /either schedule or rmax/],
    [{ renormStep: -1 }, /BatchRenormalization expects renormStep to be an integer .*: got -1/],
    [{ rMax: 2 }, /BatchRenormalization expects options among rmax, dmax, .*: got "rMax"/],
    [null as unknown as object, /BatchRenormalization expects a config object: got null/],
  ];
  for (const [config, message] of wrong) {
    assert.throws(() => batchRenormalization(config), { message });
  }
  assert.throws(() => batchNormalization({ rmax: 2 } as object), /options among .*: got "rmax"/);
});

Deno.test("integers are normalised as the same floats are", async () => {
  const values = [[1, 2], [3, 4], [5, 7]];
  for (const training of [true, false]) {
    const [floats, integers] = await Promise.all((["float32", "int32"] as const).map((dtype) => {
      const layer = batchRenormalization({ warmupSteps: 0 });
      return (layer.apply(tf.tensor2d(values, [3, 2], dtype), { training }) as tf.Tensor).data();
    }));
    assert.deepEqual(integers, floats);
  }
});

Deno.test("a gradient of the gradient is what finite differences give", () => assertSecondOrder());

Deno.test("a call that fails moves no step and no average", async () => {
  const layer = build(comparedLayers["rank 2"]);
  assert.throws(() => layer.call(tf.ones([6, 4]), { training: true }));
  assert.equal((layer as unknown as { renormStep: number }).renormStep, 0);
  const [, , mean, variance] = await Promise.all(layer.getWeights().map((w) => w.data()));
  assert.deepEqual([[...mean], [...variance]], [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1]]);
});

Deno.test("without limits training gives what inference does; saved as JSON they stay open", async () => {
  const layer = batchRenormalization({ rmax: Infinity, dmax: Infinity, warmupSteps: 0 });
  const x = tf.tensor(stepInput([6, 5], 9).data, [6, 5]);
  const expected = await (layer.apply(x) as tf.Tensor).data();
  const y = await (layer.apply(x, { training: true }) as tf.Tensor).data();
  y.forEach((value, i) => assert.ok(Math.abs(value / expected[i] - 1) < 1e-4, String(value)));
  const config = JSON.parse(JSON.stringify(layer.getConfig()));
  assert.ok(config.rmax > 1e38 && config.dmax > 1e38);
  assert.doesNotThrow(() => batchRenormalization({ rmax: config.rmax, dmax: config.dmax }));
});

Deno.test("a thousand steps leave no tensor behind", async () => {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 2 });
  for (const fused of [true, false]) {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [3], units: 4, kernelInitializer }),
        batchRenormalization({ warmupSteps: 100, fused }),
        tf.layers.dense({ units: 1, kernelInitializer }),
      ],
    });
    model.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
    const [x, y] = [tf.ones([2, 3]), tf.ones([2, 1])];
    tf.dispose(await model.trainOnBatch(x, y));
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    for (let step = 0; step < 1000; step++) tf.dispose(await model.trainOnBatch(x, y));
    assert.deepEqual({ ...tf.memory(), numTensors, numDataBuffers, numBytes }, tf.memory());
  }
});

Deno.test("the same TensorFlow.js gives the same layers; anything else is refused", () => {
  assert.equal(renormLayers(tf), renormLayers(tf));
  for (const wrong of [undefined, {}, { layers: {} }]) {
    assert.throws(() => renormLayers(wrong as typeof tf), {
      name: "TypeError",
      message: /^renormLayers expects TensorFlow.js with its layers, .*: got (undefined|Object)$/,
    });
  }
});
