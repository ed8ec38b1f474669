/** Recalibration of models whose norms have masks. */
import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { moments } from "@renorm/core-math";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchRenormalization, recalibrate } = renormLayers(tf);

/** Three sequences of lengths 5, 2 and 0 that are padded with zeros, and their values alone. */
const lengths = [5, 2, 0];
const { data } = randomTensor([3, 5, 2], seededRandom(4), { shift: 3 });
const x = tf.tensor3d(
  data.map((value, i) => Math.floor(i % 10 / 2) < lengths[Math.floor(i / 10)] ? value : 0),
  [3, 5, 2],
);
const values = lengths.flatMap((length, n) => [...data.slice(10 * n, 10 * n + 2 * length)]);

Deno.test("masked positions count in no statistic, however the data is cut", async () => {
  const expected = moments({ data: Float32Array.from(values), shape: [7, 2] });
  for (const normalizeBy of ["batch", "running"] as const) {
    for (const batchSize of [1, 2, 3]) {
      const model = tf.sequential({
        layers: [
          tf.layers.masking({ inputShape: [5, 2] }),
          batchRenormalization({ name: "norm" }),
          batchRenormalization({ name: "second" }),
        ],
      });
      await recalibrate(model, x, { batchSize, normalizeBy, passes: 2 });
      const [mean, variance] = model.getLayer("norm").getWeights().slice(-2).map((weight) =>
        weight.dataSync()
      );
      mean.forEach((value, c) => assert.ok(Math.abs(value / expected.mean[c] - 1) < 1e-6));
      variance.forEach((value, c) => assert.ok(Math.abs(value / expected.variance[c] - 1) < 1e-6));
      if (normalizeBy === "batch") continue;
      const [second] = model.getLayer("second").getWeights().slice(-2);
      assert.ok(second.dataSync().every((value) => Math.abs(value) < 1e-6));
    }
  }
});
