import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { build, type Compared, comparedLayers, stepInput, tf } from "./testing/compare_layer.ts";

await tf.setBackend("cpu");

/** A layer whose parameters and averages are no ones and zeros. */
function trainedLayer(compared: Compared): tf.layers.Layer {
  const layer = build(compared);
  const { scale = true, center = true } = compared;
  const channels = layer.weights[0].shape[0]!;
  const values = [11, 12, 13, 14].map((seed) =>
    tf.abs(tf.tensor(randomTensor([channels], seededRandom(seed), { shift: 1 }).data))
  );
  layer.setWeights(values.filter((_, i) => i > 1 || [scale, center][i]));
  return layer;
}

/** The output in inference, and its gradients to x and to all that the layer holds, by name. */
function inferWithGradients(compared: Compared): Record<string, Float32Array> {
  const { shape, scale = true, center = true } = compared;
  const layer = trainedLayer(compared);
  const [x, dy] = [1, 2].map((step) => tf.tensor(stepInput(shape, step).data, [...shape]));
  const outputs: tf.Tensor[] = [];
  const gradients = tf.grads((x: tf.Tensor, ..._weights: tf.Tensor[]) => {
    outputs.push(tf.keep(layer.call(x, {}) as tf.Tensor));
    return outputs[0];
  })([x, ...layer.weights.map((weight) => weight.read())], dy);
  const parameters = [...scale ? ["dGamma"] : [], ...center ? ["dBeta"] : []];
  const names = ["y", "dx", ...parameters, "dMean", "dVariance"];
  return Object.fromEntries(
    [outputs[0], ...gradients].map((tensor, i) => [names[i], tensor.dataSync<"float32">()]),
  );
}

for (const [name, compared] of Object.entries(comparedLayers)) {
  Deno.test(`inference has TensorFlow.js' bits and its gradients to 1e-6: ${name}`, () => {
    const { y, ...fused } = inferWithGradients(compared);
    const { y: expected, ...stock } = inferWithGradients({ ...compared, fused: false });
    assert.deepEqual(y, expected);
    assert.deepEqual(Object.keys(fused), Object.keys(stock));
    for (const [gradient, values] of Object.entries(stock)) {
      assert.equal(fused[gradient].length, values.length);
      const largest = Math.max(1, ...values.map(Math.abs));
      values.forEach((value, i) => {
        const error = Math.abs(fused[gradient][i] - value);
        assert.ok(error <= 1e-6 * largest, `${gradient}[${i}]: off ${value} by ${error}`);
      });
    }
  });
}

Deno.test("inference runs one operation of TensorFlow.js under a gradient, and none backward", async () => {
  const layer = trainedLayer(comparedLayers["rank 4"]);
  const x = tf.tensor(stepInput([2, 4, 4, 3], 1).data, [2, 4, 4, 3]);
  const { kernelNames } = await tf.profile(() =>
    tf.grad((x: tf.Tensor) => layer.call(x, {}) as tf.Tensor)(x)
  );
  const others = kernelNames.filter((name) => !["Fill", "Identity"].includes(name));
  assert.ok(others.includes("FusedBatchNorm"));
  assert.ok(
    !others.some((name) => ["Multiply", "Sum", "Tile", "Rsqrt"].includes(name)),
    `${others}`,
  );
});

Deno.test("a gradient of inference's gradient is what finite differences give", async () => {
  const layer = trainedLayer(comparedLayers["rank 2"]);
  // The map is affine, so only the cube makes the penalty depend on x.
  const inner = (x: tf.Tensor) => tf.sum(tf.pow(layer.call(x, {}) as tf.Tensor, 3)).asScalar();
  const penalty = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(inner)(x))).asScalar();
  const { data } = stepInput([6, 5], 0);
  const gradient = await tf.grad(penalty)(tf.tensor(data, [6, 5])).data();
  const largest = Math.max(...gradient.map(Math.abs));
  for (const i of [0, 7, 19]) {
    const at = (offset: number) =>
      penalty(tf.tensor(data.with(i, data[i] + offset), [6, 5])).dataSync()[0];
    const expected = (at(0.01) - at(-0.01)) / 0.02;
    assert.ok(Math.abs(gradient[i] - expected) < 1e-3 * largest, `${gradient[i]}, ${expected}`);
  }
});

Deno.test("a frozen layer trains what is before it, and leaves no tensor", async () => {
  const [fused, stock] = [true, false].map((fused) => {
    const norm = build({ ...comparedLayers["rank 2"], shape: [6, 4], fused });
    norm.trainable = false;
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          inputShape: [3],
          units: 4,
          kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
        }),
        norm,
      ],
    });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
    return model;
  });
  const x = tf.tensor(stepInput([6, 3], 1).data, [6, 3]);
  const y = tf.tensor(stepInput([6, 4], 2).data, [6, 4]);
  const losses: unknown[][] = [];
  for (const model of [fused, stock]) {
    await model.trainOnBatch(x, y);
    const { numTensors } = tf.memory();
    losses.push([await model.trainOnBatch(x, y), await model.trainOnBatch(x, y)]);
    assert.equal(tf.memory().numTensors, numTensors);
  }
  assert.ok(Number(losses[0][1]) < Number(losses[0][0]));
  losses[0].forEach((loss, i) => assert.ok(Math.abs(Number(loss) - Number(losses[1][i])) < 1e-6));
});
