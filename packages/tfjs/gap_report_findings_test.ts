/** What `gapReport` finds wrong with the statistics of a model. */
import assert from "node:assert/strict";
import { diagnose, moments, type Tensor } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchRenormalization, gapReport } = renormLayers(tf);

const [channels, epsilon] = [4, 0.01];
const limits = { rmax: 1.2, dmax: 0.3 };
const samples = randomTensor([10, channels], seededRandom(5), { scale: 1.5, shift: 0.3 });
const x = tf.tensor(samples.data, [10, channels]);

const rowsOf = (from: number, count: number): Tensor => ({
  data: samples.data.slice(from * channels, (from + count) * channels),
  shape: [count, channels],
});

Deno.test("it finds what diagnose finds in the weights and in moments of the data", async () => {
  const renorm = batchRenormalization({
    ...{ name: "renorm", inputShape: [channels], epsilon, ...limits, warmupSteps: 0 },
  });
  const model = tf.sequential({ layers: [renorm, tf.layers.batchNormalization({ epsilon })] });
  const state = {
    weight: [1, 2, 3, 4],
    bias: [0, 1, 0, 1],
    running_mean: [0, 0.5, 1, 1.5],
    running_var: [1, 1.5, 2, 2.5],
  };
  renorm.setWeights(Object.values(state).map((values) => tf.tensor1d(values)));
  const { findings } = await gapReport(model, x, { batchSize: 5 });
  const ofBatches = [0, 5].map((from) => moments(rowsOf(from, 5), { layout: "channels-last" }));
  const options = { eps: epsilon, ...limits, layers: { renorm: { moments: ofBatches } } };
  const expected = diagnose({ renorm: state }, options);
  const found = findings.filter(({ layer }) => layer === "renorm");
  assert.deepEqual(found.map(({ code }) => code), ["gap", "beyond-limits"]);
  assert.deepEqual(expected.map(({ code }) => code), ["gap", "beyond-limits"]);
  found.forEach(({ value }, i) => assert.ok(Math.abs(value - expected[i].value) < 1e-5));
  // Batch norm clips nothing.
  assert.ok(findings.every(({ layer, code }) => layer === "renorm" || code !== "beyond-limits"));
});

Deno.test("a sound model has no findings, one with a lost channel has", async () => {
  const model = tf.sequential({
    layers: [batchRenormalization({ name: "norm", inputShape: [channels], warmupSteps: 0 })],
  });
  const whole = moments(samples, { layout: "channels-last" });
  const weights = [tf.ones([channels]), tf.zeros([channels]), tf.tensor1d([...whole.mean])];
  model.setWeights([...weights, tf.tensor1d([...whole.variance])]);
  assert.deepEqual((await gapReport(model, x, { batchSize: 10 })).findings, []);
  model.setWeights([...weights, tf.tensor1d([...whole.variance].with(2, NaN))]);
  const report = await gapReport(model, x, { batchSize: 10 });
  assert.deepEqual(report.findings.map(({ code, channels }) => [code, channels]), [
    ["not-finite", [2]],
  ]);
  assert.match(
    String(report),
    /\nnorm: Not finite, or a variance below 0: running_var in channel 2; /,
  );
});
