import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { moments } from "@renorm/wasm-kernels";
import { loadDigits } from "@renorm/experiments/data/digits";
import { splitDigits } from "@renorm/experiments/data/labelled_images";
import { useFastCpuKernels } from "@renorm/experiments/training/fast_cpu_kernels";
import { imageTensor } from "@renorm/experiments/training/evaluate";
import { miniCnn } from "@renorm/experiments/training/mini_cnn";
import { normLayer } from "@renorm/experiments/training/norm_layers";
import { defaultSettings } from "../settings.ts";
import { makePair, pairLimits, type TrainedStep } from "./pair.ts";

tf.enableProdMode();
await tf.setBackend("cpu");
useFastCpuKernels();

const data = splitDigits(await loadDigits(), 1100);

async function trainSteps(pair: Awaited<ReturnType<typeof makePair>>, count: number) {
  const steps: TrainedStep[] = [];
  for (let i = 0; i < count; i++) steps.push(await pair.train());
  return steps;
}

Deno.test("a run goes on from a snapshot as if it had not stopped, bit by bit", async () => {
  const whole = await makePair(data, defaultSettings, null);
  await trainSteps(whole, 6);
  const snapshot = structuredClone(await whole.snapshot());
  const expected = await trainSteps(whole, 6);

  const rebuilt = await makePair(data, defaultSettings, snapshot);
  assert.equal(rebuilt.step(), 6);
  assert.deepEqual(await trainSteps(rebuilt, 6), expected);
  assert.deepEqual(await rebuilt.snapshot(), await whole.snapshot());
  whole.dispose();
  rebuilt.dispose();
});

Deno.test("the same settings give the same run, another seed another", async () => {
  const run = async (seed: number) => {
    const pair = await makePair(data, { ...defaultSettings, seed }, null);
    const steps = await trainSteps(pair, 3);
    const readings = await pair.read();
    pair.dispose();
    return { steps, readings };
  };
  const first = await run(5);
  assert.deepEqual(await run(5), first);
  assert.notDeepEqual((await run(6)).steps[0].losses, first.steps[0].losses);
});

Deno.test("with rmax 1 and dmax 0 both networks are the same, bit by bit", async () => {
  const pair = await makePair(data, { ...defaultSettings, rmax: 1, dmax: 0 }, null);
  for (const { losses, layers } of await trainSteps(pair, 4)) {
    assert.equal(losses[1], losses[0]);
    assert.deepEqual(layers[1], layers[0]);
  }
  pair.dispose();
});

Deno.test("the moments of a batch come back from the move of the running statistics", async () => {
  for (const momentum of [0.001, 0.01, 1]) {
    const settings = { ...defaultSettings, momentum };
    const pair = await makePair(data, settings, null);
    const [{ images, layers }] = await trainSteps(pair, 1);
    // The first convolution by itself, at the start of that seed.
    const makeNorm = normLayer("batch norm", { groupSize: 1 }, 1, {
      rmax: 1,
      dmax: 0,
      warmupSteps: 0,
    });
    const model = miniCnn(8, makeNorm, settings.seed);
    const convolved = tf.tidy(() =>
      model.getLayer("conv1").apply(imageTensor(data.train, images)) as tf.Tensor
    );
    const expected = moments({ data: convolved.dataSync<"float32">(), shape: convolved.shape }, {
      layout: "channels-last",
    });
    for (const network of layers) {
      for (const name of ["mean", "variance"] as const) {
        network[0].batch[name].forEach((value, c) => {
          const error = Math.abs(value - expected[name][c]);
          assert.ok(error < 2e-7 / momentum + 1e-6, `${name} ${value} ${expected[name][c]}`);
        });
      }
    }
    pair.dispose();
    model.dispose();
    convolved.dispose();
  }
});

/** The pixels of some test images. */
function testPixels(...indices: readonly number[]): Float32Array {
  return tf.tidy(() => imageTensor(data.test, indices).dataSync<"float32">());
}

Deno.test("an image is told by its company with batch norm, and by itself with open batch renorm", async () => {
  const settings = { ...defaultSettings, rmax: 100, dmax: 100, warmupSteps: 0 };
  const pair = await makePair(data, settings, null);
  await trainSteps(pair, 20);
  const largest = (a: Float32Array, b: Float32Array) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i])));
  const [first, second] = [
    await pair.answer(testPixels(5, 6, 7)),
    await pair.answer(testPixels(5)),
  ];
  for (const { trainingMode, evalMode } of [...first, ...second]) {
    for (const told of [trainingMode, evalMode]) {
      assert.equal(told.length, 10);
      assert.ok(Math.abs(told.reduce((sum, value) => sum + value) - 1) < 1e-5);
    }
  }
  const [norm, renorm] = first.map((one, n) => largest(one.trainingMode, second[n].trainingMode));
  assert.ok(norm > 1e-3, `batch norm moves by ${norm}`);
  assert.ok(renorm < 1e-6, `batch renorm moves by ${renorm}`);
  assert.ok(largest(first[1].trainingMode, first[1].evalMode) < 1e-6);
  assert.ok(largest(first[0].evalMode, second[0].evalMode) < 1e-7);
  pair.dispose();
});

Deno.test("a run in which images are read goes on to the same numbers, bit by bit", async () => {
  const run = async (look: (pair: Awaited<ReturnType<typeof makePair>>) => Promise<unknown>) => {
    const pair = await makePair(data, defaultSettings, null);
    const steps = [];
    for (let i = 0; i < 4; i++) {
      await look(pair);
      steps.push(await pair.train());
    }
    const end = await pair.snapshot();
    pair.dispose();
    return { steps, end };
  };
  const still = await run(() => Promise.resolve());
  assert.deepEqual(await run((pair) => pair.answer(testPixels(0, 1, 2, 3))), still);
});

Deno.test("to read and to take a snapshot leaves no tensor behind", async () => {
  const pair = await makePair(data, defaultSettings, null);
  await trainSteps(pair, 1);
  const before = tf.memory().numTensors;
  await pair.read();
  await pair.answer(testPixels(0, 1));
  await pair.snapshot();
  assert.equal(tf.memory().numTensors, before);
  pair.dispose();
});

Deno.test("a pair that is disposed of leaves next to nothing behind", async () => {
  const once = async () => {
    const pair = await makePair(data, defaultSettings, null);
    await trainSteps(pair, 2);
    await pair.read();
    await pair.snapshot();
    pair.dispose();
  };
  await once();
  const before = tf.memory().numTensors;
  await once();
  // TensorFlow.js' optimizer keeps its learning rate.
  assert.ok(tf.memory().numTensors - before <= 6, `${tf.memory().numTensors - before}`);
});

Deno.test("the limits open over the warm-up; batch norm's never do", () => {
  const settings = { ...defaultSettings, rmax: 3, dmax: 5, warmupSteps: 200 };
  assert.deepEqual(pairLimits(settings, 100), [{ rmax: 1, dmax: 0 }, { rmax: 2, dmax: 2.5 }]);
  assert.deepEqual(pairLimits(settings, 900), [{ rmax: 1, dmax: 0 }, { rmax: 3, dmax: 5 }]);
});
