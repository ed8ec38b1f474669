import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";
import { assertSingleValue } from "./testing/single_value.ts";

await tf.setBackend("cpu");
const { batchNormalization, batchRenormalization, convertToBatchRenorm, gapReport } = renormLayers(
  tf,
);
const onSingleValue = "running";

for (const fused of [true, false]) {
  Deno.test(`a single value is normalised by the averages if told, as in core-math, ${fused ? "fused" : "stock"} on cpu`, () =>
    assertSingleValue(fused));
}

const model = (config: object) => {
  const made = tf.sequential({
    layers: [
      batchRenormalization({ name: "norm", inputShape: [2], momentum: 0, ...config }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return made;
};
const x = tf.tensor2d([[1, 2], [3, 5], [9, 9]]);
const y = tf.ones([3, 1]);
const fit = { batchSize: 2, shuffle: false, verbose: 0 } as const;

Deno.test("fit goes through a last batch of one, in which nothing of the norm moves but γ and β", async () => {
  const told = model({ onSingleValue });
  await told.fit(x, y, fit);
  const norm = told.getLayer("norm");
  const [gamma, , mean, variance] = norm.getWeights().map((weight) => [...weight.dataSync()]);
  assert.deepEqual([mean, variance], [[2, 3.5], [1, 2.25]]);
  assert.equal(norm.getConfig().renormStep, 1);
  assert.ok(gamma.every((value) => Number.isFinite(value) && value !== 1));
  await assert.rejects(model({}).fit(x, y, fit), /norm expects more than 1 value per channel/);
});

Deno.test("it is in the config, saved with a model only where it is told, and given by a conversion", async () => {
  const saved = JSON.stringify(model({ onSingleValue }).toJSON(null, false));
  const loaded = await tf.models.modelFromJSON(JSON.parse(saved));
  assert.equal(loaded.getLayer("norm").getConfig().onSingleValue, "running");
  assert.ok(!("onSingleValue" in model({ onSingleValue: "throw" }).getLayer("norm").getConfig()));
  const plain = tf.sequential({ layers: [batchNormalization({ name: "n", inputShape: [2] })] });
  const { model: converted } = await convertToBatchRenorm(plain, { onSingleValue });
  assert.equal(converted.getLayer("n").getConfig().onSingleValue, "running");
});

Deno.test("another value is refused by name", () => {
  for (const [given, kind] of [["skip", "RangeError"], [1, "TypeError"], [null, "TypeError"]]) {
    assert.throws(() => batchNormalization({ onSingleValue: given as "throw" }), {
      name: kind as string,
      message: /TrackedBatchNormalization expects onSingleValue to be "throw" or "running": got /,
    });
  }
});

Deno.test("under a mask that leaves the only position out, x has no gradient", () => {
  const layer = batchRenormalization({ onSingleValue });
  layer.build([null, 1, 2]);
  const gradient = (mask: number) =>
    tf.grad((x: tf.Tensor) =>
      layer.call(x, { training: true, mask: tf.tensor2d([[mask]]) }) as tf.Tensor
    )(tf.ones([1, 1, 2])).dataSync();
  assert.deepEqual([...gradient(0)], [0, 0]);
  assert.ok(gradient(1).every((value) => value > 0.99));
  assert.equal(layer.getConfig().renormStep, 0);
});

Deno.test("a gap report calls no batch of less than two values beyond the limits", async () => {
  // Sequences with one position that counts, ten deviations away, beside one with two near by.
  const sequences = tf.tensor3d([[[10], [0], [0]], [[0.5], [-1], [0]], [[0], [0], [0]]]);
  const limits = { rmax: 1.5, dmax: 0.5, warmupSteps: 0 };
  const masked = tf.sequential({
    layers: [tf.layers.masking({ inputShape: [3, 1] }), batchRenormalization(limits)],
  });
  const reportOf = async (x: tf.Tensor) => {
    const { layers: [gap], findings } = await gapReport(masked, x);
    return { ...gap, codes: findings.map(({ code }) => code) };
  };
  const alone = await reportOf(tf.slice(sequences, 0, 1));
  assert.deepEqual([alone.meanStrays, alone.rClipped, alone.dClipped], [0, 0, 0]);
  assert.ok(!alone.codes.includes("beyond-limits"));
  const two = await reportOf(tf.slice(sequences, 1, 1));
  assert.ok(Math.abs(two.meanStrays - 0.25) < 1e-3);
  const none = await reportOf(tf.slice(sequences, 2, 1));
  assert.deepEqual([none.meanStrays, none.deviationStrays, none.rClipped], [0, 0, 0]);
  // A dense layer's only sample: training throws there, so inference stands in.
  const dense = model({ ...limits, name: "norm" });
  const sample = tf.tensor2d([[10, -10]]);
  const report = await gapReport(dense, sample, { y: tf.ones([1, 1]) });
  assert.deepEqual([report.layers[0].rClipped, report.layers[0].dClipped], [0, 0]);
  assert.equal(report.training!.loss, report.eval!.loss);
});
