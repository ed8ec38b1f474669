import assert from "node:assert/strict";
import { moments } from "@renorm/core-math";
import { assertClose } from "@renorm/testing/assertions";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { assertMaskedSteps, lengthsMask } from "./testing/masked_steps.ts";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchNormalization, batchRenormalization, gapReport } = renormLayers(tf);

for (const isRenorm of [true, false]) {
  const name = isRenorm ? "batch renorm" : "batch norm";
  Deno.test(`${name} under a mask has the y, gradients and averages of core-math on the cpu backend`, () =>
    assertMaskedSteps(isRenorm));
}

const data = lengthsMask([5, 2, 4], 5);
const mask = { data, shape: [3, 5] };
/** Sequences that end in zeros. */
const sequences = randomTensor([3, 5, 2], seededRandom(4), { shift: 1 });
sequences.data.forEach((_, i) => sequences.data[i] *= data[Math.floor(i / 2)]);

const norm = (name = "norm") => batchNormalization({ name, momentum: 0, epsilon: 1e-4 });

/** The averages of a layer after one step of a model, which with momentum 0 are the batch's. */
async function averagesAfterStep(model: tf.LayersModel, x: tf.Tensor, name = "norm") {
  model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
  const y = model.predict(x) as tf.Tensor;
  await model.fit(x, y, { epochs: 1, batchSize: 3, shuffle: false, verbose: 0 });
  const [mean, variance] = model.getLayer(name).nonTrainableWeights.map((weight) => weight.read());
  return { mean: await mean.data(), variance: await variance.data() };
}

const x = tf.tensor(sequences.data, [3, 5, 2]);

Deno.test("a model's Masking reaches the norm behind it, and goes on to the layers behind that", async () => {
  const seen: unknown[] = [];
  const model = tf.sequential({
    layers: [
      tf.layers.masking({ inputShape: [5, 2] }),
      tf.layers.activation({ activation: "linear" }),
      norm(),
      tf.layers.activation({ activation: "linear" }),
      norm("second"),
      tf.layers.gru({ units: 1 }),
    ],
  });
  const gru = model.layers[5];
  const call = gru.call.bind(gru);
  gru.call = (inputs, kwargs) => {
    seen.push((kwargs as { mask?: tf.Tensor }).mask?.arraySync());
    return call(inputs, kwargs);
  };
  const { mean, variance } = await averagesAfterStep(model, x);
  const expected = moments(sequences, { layout: "channels-last", mask });
  assertClose(mean, expected.mean, 1e-6);
  assertClose(variance, expected.variance, 1e-6);
  const [secondMean] = model.getLayer("second").nonTrainableWeights.map((weight) => weight.read());
  assertClose(await tf.add(secondMean, 1).data(), [1, 1], 1e-6);
  assert.deepEqual(seen.at(-1), [data.slice(0, 5), data.slice(5, 10), data.slice(10)]);
});

/** Tokens whose padding is 0. */
const tokens = tf.tensor([[3, 1, 2, 5, 4], [2, 3, 0, 0, 0], [1, 1, 4, 2, 0]], [3, 5], "int32");
const embedding = () =>
  tf.layers.embedding({ inputDim: 6, outputDim: 2, inputLength: 5, maskZero: true });

Deno.test("a mask that is no tensor is refused", () => {
  const layer = batchRenormalization();
  layer.build([null, 5, 2]);
  for (const mask of [[[1, 1, 0, 0, 1]], [1], "all", {}]) {
    assert.throws(
      () => layer.call(x, { training: true, mask } as unknown as { training: boolean }),
      /^TypeError: .* expects a mask that is a tensor: got /,
    );
  }
});

Deno.test("Embedding with maskZero masks the norm behind it", async () => {
  const model = tf.sequential({ layers: [embedding(), norm(), tf.layers.dense({ units: 1 })] });
  const embedded = model.layers[0].apply(tokens) as tf.Tensor;
  const expected = moments(
    { data: await embedded.data() as Float32Array, shape: [3, 5, 2] },
    { layout: "channels-last", mask },
  );
  const { mean, variance } = await averagesAfterStep(model, tokens);
  assertClose(mean, expected.mean, 1e-6);
  assertClose(variance, expected.variance, 1e-6);
});

Deno.test("behind a residual connection the mask holds, though TensorFlow.js puts an axis before it", async () => {
  const given = tf.input({ shape: [5, 2] });
  const masked = tf.layers.masking().apply(given) as tf.SymbolicTensor;
  const sum = (a: tf.SymbolicTensor, b: tf.SymbolicTensor) =>
    tf.layers.add().apply([a, b]) as tf.SymbolicTensor;
  const branch = () =>
    tf.layers.activation({ activation: "linear" }).apply(masked) as tf.SymbolicTensor;
  const once = norm().apply(sum(masked, branch())) as tf.SymbolicTensor;
  const both = sum(sum(masked, branch()), branch());
  const twice = norm("second").apply(both) as tf.SymbolicTensor;
  const output = tf.layers.flatten().apply(sum(once, twice)) as tf.SymbolicTensor;
  const model = tf.model({ inputs: given, outputs: output });
  const expected = moments(sequences, { layout: "channels-last", mask });
  const { mean, variance } = await averagesAfterStep(model, x);
  assertClose(mean, expected.mean.map((value) => 2 * value), 1e-6);
  assertClose(variance, expected.variance.map((value) => 4 * value), 1e-6);
  const [second] = model.getLayer("second").nonTrainableWeights.map((weight) => weight.read());
  assertClose(await second.data(), expected.mean.map((value) => 3 * value), 1e-6);
});

/** What passes no mask on. */
const breaks: Readonly<Record<string, (input: tf.SymbolicTensor) => tf.SymbolicTensor>> = {
  "a convolution": (input) =>
    tf.layers.conv1d({ filters: 2, kernelSize: 3, padding: "same" }).apply(
      input,
    ) as tf.SymbolicTensor,
  "an input of its own": () => tf.input({ shape: [5, 2], name: "other" }),
  "a nested model": (input) => {
    const inner = tf.input({ shape: [5, 2] });
    const output = tf.layers.dense({ units: 2 }).apply(inner) as tf.SymbolicTensor;
    return tf.model({ inputs: inner, outputs: output }).apply(input) as tf.SymbolicTensor;
  },
};

for (const [name, through] of Object.entries(breaks)) {
  Deno.test(`behind ${name} there is no mask, though TensorFlow.js still hands an old one in`, async () => {
    const given = tf.input({ shape: [5] });
    const masked = tf.layers.dense({ units: 2 }).apply(
      embedding().apply(given),
    ) as tf.SymbolicTensor;
    const between = through(masked);
    const layer = norm();
    const old: unknown[] = [];
    const call = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => {
      old.push((kwargs as { mask?: unknown }).mask);
      return call(inputs, kwargs);
    };
    const output = layer.apply(between) as tf.SymbolicTensor;
    const isOther = name === "an input of its own";
    const inputs = isOther ? [given, between] : [given];
    const outputs = isOther ? [masked, output] : [output];
    const model = tf.model({ inputs, outputs });
    const values = tf.tensor(randomTensor([3, 5, 2], seededRandom(8)).data, [3, 5, 2]);
    const fed = isOther ? [tokens, values] : [tokens];
    const input = tf.model({ inputs, outputs: between });
    const { mean: expected } = tf.moments(input.predict(fed) as tf.Tensor, [0, 1]);
    model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
    const y = model.predict(fed) as tf.Tensor | tf.Tensor[];
    await model.fit(fed, y, { epochs: 1, batchSize: 3, shuffle: false, verbose: 0 });
    assert.ok(old.some((mask) => mask), "TensorFlow.js hands an old mask in");
    const [mean] = layer.nonTrainableWeights.map((weight) => weight.read());
    assertClose(await mean.data(), await expected.data(), 1e-5);
  });
}

Deno.test("less than two positions that count move no average, and y is by them", async () => {
  for (const count of [0, 1]) {
    for (const isRenorm of [true, false]) {
      const layer = isRenorm ? batchRenormalization({ rmax: 1, dmax: 0 }) : norm();
      layer.build([3, 5, 2]);
      const before = layer.getWeights().map((weight) => weight.arraySync());
      const flags = tf.tensor(Array.from({ length: 15 }, (_, i) => i < count), [3, 5], "bool");
      const forward = (x: tf.Tensor) => layer.call(x, { training: true, mask: flags }) as tf.Tensor;
      const dx = tf.grad((x: tf.Tensor) => tf.sum(forward(x)))(x);
      const y = forward(x);
      assert.deepEqual(layer.getWeights().map((weight) => weight.arraySync()), before);
      const inference = layer.call(x, {}) as tf.Tensor;
      assertClose(await y.data(), await inference.data(), 1e-5);
      const slope = tf.grad((x: tf.Tensor) => tf.sum(layer.call(x, {}) as tf.Tensor))(x);
      const expected = (await slope.data()).map((value, i) => i < 2 * count ? value : 0);
      assertClose(await dx.data(), expected, 1e-5);
    }
  }
});

Deno.test("NaN at masked positions reaches nothing but y there", async () => {
  const layer = batchRenormalization({ warmupSteps: 0 });
  layer.build([3, 5, 2]);
  const wrong = sequences.data.map((value, i) => data[Math.floor(i / 2)] ? value : NaN);
  const flags = tf.tensor(data, [3, 5], "bool");
  const gamma = layer.trainableWeights[0].read() as tf.Variable;
  const { grads } = tf.valueAndGrads((x: tf.Tensor, _gamma: tf.Tensor) =>
    tf.sum(layer.call(x, { training: true, mask: flags }) as tf.Tensor).asScalar()
  )([tf.tensor(wrong, [3, 5, 2]), gamma]);
  for (const values of [...grads, ...layer.getWeights()]) {
    assert.ok((await values.data()).every(Number.isFinite), String(values));
  }
});

Deno.test("a penalty on the gradient under a mask has the gradient of finite differences", async () => {
  const layer = batchRenormalization({
    ...{ rmax: 1.1, dmax: 0.2, warmupSteps: 0, epsilon: 0.1, momentum: 1 },
  });
  layer.build([3, 5, 2]);
  layer.setWeights([[1, 2], [0.1, 0.2], [5, -5], [0.01, 9]].map((values) => tf.tensor(values)));
  const flags = tf.tensor(data, [3, 5], "bool");
  const factors = tf.mul(x, tf.expandDims(tf.cast(flags, "float32"), -1));
  const inner = (x: tf.Tensor) =>
    tf.sum(
      tf.mul(factors, tf.square(layer.call(x, { training: true, mask: flags }) as tf.Tensor)),
    ).asScalar();
  const penalty = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(inner)(x))).asScalar();
  const gradient = await tf.grad(penalty)(x).data();
  const expected = new Float32Array(30);
  for (const i of expected.keys()) {
    const at = async (offset: number) => {
      const moved = sequences.data.with(i, sequences.data[i] + offset);
      return (await penalty(tf.tensor(moved, [3, 5, 2])).data())[0];
    };
    expected[i] = (await at(0.01) - await at(-0.01)) / 0.02;
  }
  assertClose(gradient, expected, 2e-3);
});

Deno.test("gapReport reads the mask too", async () => {
  const model = tf.sequential({ layers: [tf.layers.masking({ inputShape: [5, 2] }), norm()] });
  const [gap] = (await gapReport(model, x, { batchSize: 3 })).layers;
  const { mean } = moments(sequences, { layout: "channels-last", mask });
  const squares = mean.reduce((sum, value) => sum + value ** 2, 0) / 2;
  assert.ok(Math.abs(gap.meanStrays - Math.sqrt(squares / (1 + 1e-4))) < 1e-5);
});

Deno.test("a mask of other lengths, or over channels, is refused in training", () => {
  const layer = norm("short");
  layer.build([3, 5, 2]);
  const call = (mask: tf.Tensor) => () => layer.call(x, { training: true, mask });
  assert.throws(call(tf.ones([3, 4])), {
    name: "TypeError",
    message: "short expects a mask of shape [3, 5], the axes before the channels: got shape [3, 4]",
  });
  assert.throws(call(tf.ones([3, 5, 2])), /got shape \[3, 5, 2\]$/);
  const first = batchNormalization({ axis: 1 });
  first.build([3, 5, 2]);
  assert.throws(
    () => first.call(x, { training: true, mask: tf.ones([3, 5]) }),
    /mask of shape \[3\]/,
  );
});
