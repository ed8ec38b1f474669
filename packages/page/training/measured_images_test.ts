import assert from "node:assert/strict";
import { loadDigits } from "@renorm/experiments/data/digits";
import { splitDigits } from "@renorm/experiments/data/labelled_images";
import * as tf from "@tensorflow/tfjs";
import { useFastCpuKernels } from "@renorm/experiments/training/fast_cpu_kernels";
import { evaluate } from "@renorm/experiments/training/evaluate";
import { miniCnn } from "@renorm/experiments/training/mini_cnn";
import { normLayer } from "@renorm/experiments/training/norm_layers";
import { measureOn } from "./measured_images.ts";
import { measuredBatches } from "./measured_batches.ts";

tf.enableProdMode();
await tf.setBackend("cpu");
useFastCpuKernels();

const { test } = splitDigits(await loadDigits(), 1100);

Deno.test("all batches at once are read as one batch at a time by the experiment's evaluate()", async () => {
  for (const drawing of ["at random", "class by class"] as const) {
    const batches = measuredBatches(test, { batchSize: 16, drawing, seed: 3 });
    for (
      const [norm, limits] of [
        ["batch norm", { rmax: 1, dmax: 0 }],
        ["batch renorm", { rmax: 1.1, dmax: 0.1 }],
      ] as const
    ) {
      const still = normLayer(norm, { groupSize: 4 }, 1, { ...limits, warmupSteps: 0 });
      const net = miniCnn(8, still, 1);
      // Running statistics and weights that are not those of the start.
      net.setWeights(
        net.getWeights().map((weight, i) =>
          tf.tidy(() => tf.add(weight, tf.randomUniform(weight.shape, 0, 0.4, "float32", i)))
        ),
      );
      const expected = evaluate(net, test, batches, limits);
      const measured = measureOn(test, batches);
      const { trainingMode, evalMode } = await measured.read(net, limits);
      assert.ok(Math.abs(trainingMode.loss - expected.trainingMode.loss) < 1e-5);
      assert.equal(trainingMode.accuracy, expected.trainingMode.accuracy);

      const drawn = batches.flat();
      const told = tf.tidy(() => {
        const x = tf.tensor4d([...test.pixels], [test.count, 8, 8, 1]);
        return (net.predict(x) as tf.Tensor).argMax(1).dataSync();
      });
      const right = drawn.filter((index) => told[index] === test.labels[index]);
      assert.equal(evalMode.accuracy, right.length / drawn.length);
      measured.dispose();
      net.dispose();
    }
  }
});

Deno.test("scores that are no numbers have no accuracy", async () => {
  const limits = { rmax: 1, dmax: 0 };
  const net = miniCnn(
    8,
    normLayer("batch norm", { groupSize: 4 }, 1, { ...limits, warmupSteps: 0 }),
    1,
  );
  net.setWeights(net.getWeights().map((weight) => tf.fill(weight.shape, NaN)));
  const batches = measuredBatches(test, { batchSize: 16, drawing: "at random", seed: 3 });
  const measured = measureOn(test, batches);
  const none = { loss: NaN, accuracy: NaN };
  assert.deepEqual(await measured.read(net, limits), { trainingMode: none, evalMode: none });
  measured.dispose();
  net.dispose();
});

Deno.test("about 200 images are measured, of every digit as many batches class by class", () => {
  for (const [batchSize, count] of [[1, 200], [4, 200], [32, 320], [64, 640]]) {
    const batches = measuredBatches(test, { batchSize, drawing: "class by class", seed: 0 });
    assert.equal(batches.flat().length, count);
    const digits = batches.map((batch) => new Set(batch.map((index) => test.labels[index])));
    assert.ok(digits.every((of) => of.size === 1));
    for (let digit = 0; digit < 10; digit++) {
      assert.equal(digits.filter((of) => of.has(digit)).length, batches.length / 10);
    }
  }
});
